package dev.rote.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.format.TensorData;
import dev.rote.memorization.Memorization;
import dev.rote.noise.NoiseDraw;
import dev.rote.testing.DiskModel;
import dev.rote.testing.RecordingFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts the power at random moments while a run is written, and again while it is repaired, on a
 * model of a disk that loses and reorders what was not synced. The short form is part of the build;
 * {@code -Drote.powercuts=20000} makes it long.
 */
class PowerCutTest {
  private static final int EPOCHS = 4;
  private static final int SAMPLES = 700; // more than a sector
  private static final int[] ORIGINAL = IntStream.range(0, SAMPLES).map(i -> i % 3).toArray();
  private static final NoiseDraw NOISE =
      new NoiseDraw(
          IntStream.range(0, SAMPLES).map(i -> i % 4 % 3).toArray(),
          0.25,
          new double[][] {{.5, .5, 0}, {0, 1, 0}, {0, 0, 1}});
  private static final RunRecord RECORD = RunDirectoryTest.record("cce", 1, EPOCHS);
  private static final RunRecord LONGER =
      RunDirectoryTest.record("cce", 1, EPOCHS + 2)
          .as("longer", RunDirectoryTest.record("cce", 1, EPOCHS + 2).spec());

  @TempDir Path temp;

  /** What was promised before the power was cut: a call that returned has its effect on disk. */
  private static final class Promised {
    int epochs;
    boolean finished;
  }

  @Test
  void everyCutLeavesAWholeRunOrTheLastGoodState() throws IOException {
    int cuts = Integer.getInteger("rote.powercuts", 100);
    int finished = 0;
    int resumed = 0;
    int begun = 0;
    for (int seed = 0; seed < cuts; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Path now = temp.resolve("disk-" + seed);
      Files.createDirectory(now);
      DiskModel disk = new DiskModel(now);
      Promised promised = new Promised();
      // One cut in the first life; then, as often as not, another while it is taken up again.
      int lives = 1 + random.nextInt(3);
      for (int life = 0; life < lives; life++) {
        disk.cutAfter(random.nextInt(life == 0 ? 260 : 90));
        try {
          train(new RecordingFileSystem(disk).path(now), promised);
        } catch (DiskModel.PowerCut e) {
          // what the test is about
        }
        Path after = temp.resolve("disk-" + seed + "-" + life);
        disk.materialize(after, random);
        // The machine that held the run has restarted, which this process has not.
        Files.deleteIfExists(after.resolve("runs").resolve(RECORD.id()).resolve(RunLease.FILE));
        check(after, promised, "seed " + seed + ", life " + life);
        delete(now);
        now = after;
        disk = DiskModel.of(now);
      }
      int done =
          StoredRun.read(now.resolve("runs").resolve(RECORD.id()))
              .map(r -> r.epochs().size())
              .orElse(0);
      finished += promised.finished ? 1 : 0;
      resumed += !promised.finished && done > 0 ? 1 : 0;
      begun += done == 0 ? 1 : 0;
      train(now, promised);
      check(now, promised, "seed " + seed + ", at the end");
      assertThat(promised.finished).isTrue();
      delete(now);
    }
    assertThat(finished).as("cuts after the end").isGreaterThan(cuts / 50);
    assertThat(resumed).as("cuts in between").isGreaterThan(cuts / 8);
    assertThat(begun).as("cuts before the first epoch").isGreaterThan(cuts / 50);
  }

  @Test
  void aCutWhileARunIsLengthenedLosesNoEpoch() throws IOException {
    int cuts = Integer.getInteger("rote.powercuts", 100);
    Path whole = Files.createDirectory(temp.resolve("whole"));
    train(whole, new Promised());
    long operations = 0;
    int before = 0;
    int both = 0;
    for (int seed = 0; seed < cuts; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Path now = temp.resolve("lengthened-" + seed);
      DiskModel.of(whole).materialize(now, random);
      int lives = 1 + random.nextInt(2);
      for (int life = 0; life < lives; life++) {
        DiskModel disk = DiskModel.of(now);
        // The first run tells how many operations there are.
        disk.cutAfter(seed == 0 ? Long.MAX_VALUE : random.nextLong(operations + 3));
        try {
          lengthen(new RecordingFileSystem(disk).path(now));
        } catch (DiskModel.PowerCut e) {
          // what the test is about
        }
        operations = Math.max(operations, disk.operations());
        Path after = temp.resolve("lengthened-" + seed + "-" + life);
        disk.materialize(after, random);
        delete(now);
        now = after;
        for (RunRecord record : List.of(RECORD, LONGER)) {
          Files.deleteIfExists(directory(now, record).resolve(RunLease.FILE));
        }
        checkLengthened(now, "seed " + seed + ", life " + life);
      }
      boolean longer = StoredRun.read(directory(now, LONGER)).isPresent();
      before += longer ? 0 : 1;
      both += longer && Files.exists(directory(now, RECORD)) ? 1 : 0;
      lengthen(now);
      checkLengthened(now, "seed " + seed + ", at the end");
      assertThat(StoredRun.readAll(now))
          .as("seed " + seed)
          .extracting(run -> run.record().id())
          .containsExactly(LONGER.id());
      delete(now);
    }
    assertThat(before).as("cuts before the longer run is whole").isGreaterThan(cuts / 5);
    assertThat(both).as("cuts that leave both runs").isGreaterThan(cuts / 50);
  }

  private static Path directory(Path out, RunRecord record) {
    return out.resolve("runs").resolve(record.id());
  }

  /** What a study does with a run that was planned with fewer epochs. */
  private static void lengthen(Path out) throws IOException {
    if (RunDirectory.epochsToLengthen(directory(out, RECORD)) > 0) {
      RunDirectory.lengthen(directory(out, RECORD), directory(out, LONGER), LONGER);
    }
  }

  /** One of the two runs has all epochs. */
  private static void checkLengthened(Path out, String when) throws IOException {
    Optional<StoredRun> longer = StoredRun.readToResume(directory(out, LONGER));
    StoredRun run =
        longer.isPresent() ? longer.get() : StoredRun.read(directory(out, RECORD)).orElseThrow();
    assertThat(run.damage()).as(when).isEmpty();
    assertThat(run.epochs()).as(when).hasSize(EPOCHS);
    for (int e = 1; e <= EPOCHS; e++) {
      assertThat(run.epochs().get(e - 1)).as(when).isEqualTo(row(e));
      assertThat(run.predictions(e)).as(when).isEqualTo(predictions(e));
    }
    assertThat(run.record().spec().protocol().epochs())
        .as(when)
        .isEqualTo(longer.isPresent() ? EPOCHS + 2 : EPOCHS);
    assertThat(run.weights()).as(when).last().extracting(StoredWeights::epoch).isEqualTo(EPOCHS);
    assertThat(run.weights().get(run.weights().size() - 1).read().get("w").toFloats())
        .as(when)
        .isEqualTo(weights(EPOCHS));
  }

  @Test
  void aFullDiskSaysSoAndLosesNothing() throws IOException {
    int room = 0;
    for (boolean fits = false; !fits; room++) {
      Path out = Files.createDirectory(temp.resolve("full-" + room));
      DiskModel disk = new DiskModel(out);
      Promised promised = new Promised();
      disk.fullAfter(room);
      try {
        train(new RecordingFileSystem(disk).path(out), promised);
        fits = true;
      } catch (IOException e) {
        assertThat(e).as("full after " + room).hasMessageContaining("No space left on device");
      }
      check(out, promised, "full after " + room);
      train(out, promised);
      check(out, promised, "full after " + room + ", with room again");
      assertThat(promised.finished).isTrue();
      delete(out);
    }
    assertThat(room).isGreaterThan(50);
  }

  /** What a worker does with a run, from wherever its directory is. */
  private static void train(Path out, Promised promised) throws IOException {
    Path directory = out.resolve("runs").resolve(RECORD.id());
    Optional<StoredRun> stored = StoredRun.read(directory);
    if (stored.isPresent() && stored.get().finished()) {
      promised.finished = true; // the power went before the call returned
      return;
    }
    try (RunDirectory run = RunDirectory.open(directory, RECORD, 2)) {
      run.begin(RECORD, new long[SAMPLES], ORIGINAL, NOISE);
      run.checkpoint()
          .ifPresent(
              state -> assertThat(state.get("w").toFloats()).isEqualTo(weights(run.epochsDone())));
      for (int e = run.epochsDone() + 1; e <= EPOCHS; e++) {
        run.epoch(row(e), predictions(e), state(e));
        promised.epochs = Math.max(promised.epochs, e);
      }
      run.finished(state(EPOCHS));
      promised.finished = true;
    }
  }

  private static void check(Path out, Promised promised, String when) throws IOException {
    Path directory = out.resolve("runs").resolve(RECORD.id());
    Optional<StoredRun> stored = StoredRun.read(directory);
    if (stored.isEmpty()) {
      assertThat(promised.epochs).as(when).isZero();
      return;
    }
    StoredRun run = stored.get();
    assertThat(run.damage()).as(when).isEmpty();
    assertThat(run.epochs().size()).as(when).isGreaterThanOrEqualTo(promised.epochs);
    for (int e = 1; e <= run.epochs().size(); e++) {
      assertThat(run.epochs().get(e - 1)).as(when).isEqualTo(row(e));
      assertThat(run.predictions(e)).as(when).isEqualTo(predictions(e));
    }
    assertThat(run.observed()).as(when).isEqualTo(NOISE.observed());
    assertThat(run.original()).as(when).isEqualTo(ORIGINAL);
    for (StoredWeights weights : run.weights()) {
      assertThat(weights.read().get("w").toFloats()).as(when).isEqualTo(weights(weights.epoch()));
    }
    if (promised.finished) {
      assertThat(run.finished()).as(when).isTrue();
    }
    if (run.finished()) {
      assertThat(run.epochs()).as(when).hasSize(EPOCHS);
      assertThat(run.weights()).as(when).extracting(StoredWeights::epoch).containsExactly(2, 4);
    }
  }

  private static EpochRecord row(int e) {
    return new EpochRecord(
        e,
        0.25 * e,
        new Memorization(0.5, 0.75, Double.NaN, 1, 0),
        e,
        new EpochRecord.Running(2, 0.25, 0.5),
        0.1,
        e,
        EpochRecord.Extra.NONE);
  }

  private static int[] predictions(int e) {
    return IntStream.range(0, SAMPLES).map(i -> (i * e + 1) % 3).toArray();
  }

  private static float[] weights(int e) {
    float[] weights = new float[300];
    Arrays.fill(weights, e);
    return weights;
  }

  private static Map<String, TensorData> state(int e) {
    return Map.of("w", TensorData.of(weights(e), 300));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

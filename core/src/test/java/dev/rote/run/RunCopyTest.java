package dev.rote.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.format.TensorData;
import dev.rote.memorization.Memorization;
import dev.rote.noise.NoiseDraw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCopyTest {
  private static final int[] LABELS = {0, 1, 2, 0};
  private static final RunRecord RECORD = RunDirectoryTest.record("cce", 1, 40);

  @TempDir Path temp;

  private Path place(String name) throws IOException {
    return Files.createDirectories(temp.resolve(name)).resolve(RECORD.id());
  }

  private static void train(Path directory, int to, boolean finish) throws IOException {
    try (RunDirectory run = RunDirectory.open(directory, RECORD)) {
      run.begin(run.record(), new long[] {5, 6, 7, 8}, LABELS, NoiseDraw.of(LABELS, LABELS, 3));
      for (int e = run.epochsDone() + 1; e <= to; e++) {
        run.epoch(epoch(e), new int[] {e % 3, 0, 0, 0}, state(e));
      }
      if (finish) {
        run.finished(state(to));
      }
    }
  }

  private static EpochRecord epoch(int e) {
    return new EpochRecord(
        e,
        1.0 / e,
        new Memorization(0.5, 0.75, 0.25, 1, 0),
        0.5,
        new EpochRecord.Running(2.0 / e, 0.25, 0.5),
        0.1,
        e,
        EpochRecord.Extra.NONE);
  }

  private static Map<String, TensorData> state(float value) {
    return Map.of("w", TensorData.of(new float[] {value, -value}, 2));
  }

  @Test
  void everyCopyThatIsTakenWhileARunTrainsIsWhole() throws Exception {
    Path run = place("run");
    train(run, 1, false);
    CompletableFuture<Void> training =
        CompletableFuture.runAsync(
            () -> {
              try {
                train(run, 40, true);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    Path copy = place("copy");
    int epochs = 0;
    boolean ended = false;
    while (!ended) {
      ended = training.isDone();
      Optional<StoredRun> taken = RunCopy.take(run, copy);
      // Between two states of a run that trains there is none for a moment.
      if (taken.isPresent()) {
        StoredRun whole = StoredRun.readToResume(copy).orElseThrow();
        assertThat(whole.damage()).isEmpty();
        assertThat(whole.epochs().size()).isGreaterThanOrEqualTo(epochs);
        epochs = whole.epochs().size();
      }
    }
    training.get();
    assertThat(epochs).isEqualTo(40);
    assertThat(names(copy)).isEqualTo(names(run));
  }

  @Test
  void aCopyReplacesWhatIsThereAndTheRunGoesOnFromIt() throws IOException {
    Path far = place("far");
    train(far, 5, false);
    Path behind = place("behind");
    train(behind, 2, false);
    Files.writeString(behind.resolve("worker.log"), "of the other");
    Path copy = place("copy");
    assertThat(RunCopy.take(far, copy)).isPresent();
    RunCopy.replace(behind, copy);
    assertThat(names(behind)).isEqualTo(names(far));
    assertThat(StoredRun.readToResume(behind).orElseThrow().epochs()).hasSize(5);
    train(behind, 6, false);
    train(far, 6, false);
    for (String name : names(far)) {
      if (!name.startsWith("events")) { // they tell the time
        assertThat(behind.resolve(name)).hasSameBinaryContentAs(far.resolve(name));
      }
    }
  }

  @Test
  void aRunThatIsBeingTrainedIsNotReplaced() throws IOException {
    Path run = place("run");
    train(run, 2, false);
    Path copy = place("copy");
    assertThat(RunCopy.take(run, copy)).isPresent();
    try (RunDirectory training = RunDirectory.open(run, RECORD)) {
      assertThatThrownBy(() -> RunCopy.replace(run, copy))
          .isInstanceOf(RunLease.HeldException.class);
    }
    assertThat(StoredRun.readToResume(run).orElseThrow().epochs()).hasSize(2);
  }

  @Test
  void aRunWithoutAStateIsNotCopied() throws IOException {
    Path run = Files.createDirectories(place("run"));
    assertThat(RunCopy.take(run, place("copy"))).isEmpty();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}

package dev.rote.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.engine.PlannedRun;
import dev.rote.engine.Study;
import dev.rote.format.TensorData;
import dev.rote.memorization.Memorization;
import dev.rote.net.Networks;
import dev.rote.noise.NoiseDraw;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunDirectory;
import dev.rote.run.StoredRun;
import dev.rote.study.Device;
import dev.rote.study.StudyOptions;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunStoreTest {
  private static final int EPOCHS = 6;
  private static final int SAMPLES = 20;

  @TempDir Path temp;
  private PlannedRun planned;
  private RunStore store;

  @BeforeEach
  void open() throws IOException {
    Path file = temp.resolve("study.yaml");
    Files.writeString(
        file,
        "{dataset: glyphs, subset: %d, test-subset: 10, network: mlp, noise: [symmetric(0.4)], loss: cce, seed: [1], epochs: %d}"
            .formatted(SAMPLES, EPOCHS));
    Study study =
        Study.plan(
            StudyOptions.read(file).study(Networks::protocol),
            temp.resolve("study"),
            Device.CPU,
            1);
    planned = study.plan().runs().get(0);
    store = newStore("store");
  }

  @AfterEach
  void reach() {
    ObjectFileSystem.LEFT.set(Integer.MAX_VALUE);
    ObjectFileSystem.torn = false;
  }

  private String address(String name) {
    return "objects://" + temp.resolve(name);
  }

  private RunStore newStore(String name) {
    return RunStore.checked(address(name), configuration());
  }

  private static Configuration configuration() {
    Configuration configuration = new Configuration(false);
    configuration.set(ObjectFileSystem.SETTING, ObjectFileSystem.class.getName());
    return configuration;
  }

  private Path place(String name) throws IOException {
    return Files.createDirectories(temp.resolve(name)).resolve(planned.id());
  }

  /** Trains as a worker does, with made-up results, which depend on the epoch alone. */
  private void train(Path directory, int to) throws IOException {
    try (RunDirectory run = RunDirectory.open(directory, planned.record())) {
      int[] labels = new int[SAMPLES];
      int classes = planned.record().data().classNames().size();
      run.begin(run.record(), new long[SAMPLES], labels, NoiseDraw.of(labels, labels, classes));
      for (int e = run.epochsDone() + 1; e <= to; e++) {
        int[] predicted = new int[SAMPLES];
        predicted[e] = 1;
        run.epoch(
            new EpochRecord(
                e,
                1.0 / e,
                new Memorization(0.5, 0.75, 0.25, 1, 0),
                0.5,
                new EpochRecord.Running(2.0 / e, 0.25, 0.5),
                0.1,
                e,
                EpochRecord.Extra.NONE),
            predicted,
            state(e));
      }
      if (to == EPOCHS) {
        run.finished(state(to));
      }
    }
  }

  private static Map<String, TensorData> state(float value) {
    return Map.of("w", TensorData.of(new float[] {value, -value}, 2));
  }

  private static StoredRun whole(Path directory) throws IOException {
    StoredRun run = StoredRun.readToResume(directory).orElseThrow();
    assertThat(run.damage()).isEmpty();
    return run;
  }

  @Test
  void aRunGoesOnElsewhereFromEveryEpoch() throws IOException {
    for (int e = 1; e <= EPOCHS; e++) {
      Path here = place("attempt-" + e);
      store.fetch(here);
      assertThat(StoredRun.read(here).map(run -> run.epochs().size()).orElse(0)).isEqualTo(e - 1);
      train(here, e);
      RunStore.Attempt attempt = store.attempt(here);
      attempt.store();
      attempt.store(); // changes nothing
      RunStore.State newest = store.newest(planned.id()).orElseThrow();
      assertThat(newest.finished()).isEqualTo(e == EPOCHS);
      assertThat(store.epochs(newest)).isEqualTo(whole(here).epochs());
    }
    Path undisturbed = place("undisturbed");
    train(undisturbed, EPOCHS);
    Path end = place("end");
    train(end, 2); // is behind, and replaced
    store.fetch(end);
    assertThat(names(end)).isEqualTo(names(undisturbed));
    for (String name : names(end)) {
      if (!name.equals("run.json")) { // tells the time
        assertThat(end.resolve(name)).hasSameBinaryContentAs(undisturbed.resolve(name));
      }
    }
  }

  @Test
  void oneAttemptKeepsItsNewestState() throws IOException {
    Path here = place("here");
    RunStore.Attempt attempt = store.attempt(here);
    for (int e = 1; e < EPOCHS; e++) {
      train(here, e);
      attempt.store();
    }
    List<String> objects;
    try (Stream<Path> files = Files.walk(temp.resolve("store"))) {
      objects =
          files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).sorted().toList();
    }
    assertThat(objects)
        .filteredOn(name -> name.startsWith("state") || name.startsWith("checkpoint"))
        .containsExactly("checkpoint-4.safetensors", "checkpoint-5.safetensors", "state-5.json");
    assertThat(objects).noneMatch(name -> name.startsWith("lease"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStoreThatFailsAtAnyObjectKeepsAWholeState(boolean torn) throws IOException {
    boolean failed = true;
    int objects = 0;
    for (; failed; objects++) {
      RunStore fresh = newStore("store-" + objects);
      Path earlier = place("earlier-" + objects);
      train(earlier, 1);
      fresh.attempt(earlier).store();
      Path here = place("here-" + objects);
      fresh.fetch(here);
      RunStore.Attempt attempt = fresh.attempt(here);
      train(here, 3);
      attempt.store();
      train(here, EPOCHS);
      ObjectFileSystem.LEFT.set(objects);
      ObjectFileSystem.torn = torn;
      try {
        attempt.store();
        failed = false;
      } catch (IOException e) {
        assertThat(e).hasMessage("the store cannot be reached");
      }
      reach();
      Path next = place("next-" + objects);
      fresh.fetch(next);
      // Where an object can be half written, the state of the attempt before is left.
      int least = failed ? (torn ? 1 : 3) : EPOCHS;
      assertThat(whole(next).epochs()).hasSizeGreaterThanOrEqualTo(least);
      train(next, EPOCHS);
      assertThat(whole(next).epochs()).isEqualTo(whole(here).epochs());
    }
    assertThat(objects).isGreaterThan(5);
  }

  @Test
  void anAttemptThatWasBelievedDeadDisturbsNobody() throws IOException {
    Path lost = place("lost");
    RunStore.Attempt attempt = store.attempt(lost);
    train(lost, 2);
    attempt.store();
    Path here = place("here");
    store.fetch(here);
    train(here, 3);
    RunStore.Attempt successor = store.attempt(here);
    successor.store();
    train(lost, 4);
    attempt.store();
    train(here, EPOCHS);
    successor.store();
    train(lost, 5);
    attempt.store();
    Path end = place("end");
    store.fetch(end);
    assertThat(whole(end).finished()).isTrue();
    train(lost, EPOCHS);
    attempt.store();
    Path second = place("second");
    store.fetch(second);
    assertThat(whole(second).finished()).isTrue();
    assertThat(second.resolve("weights.safetensors"))
        .hasSameBinaryContentAs(end.resolve("weights.safetensors"));
  }

  @Test
  void whatIsNoStoreIsRefused() {
    assertThatThrownBy(() -> newStoreAt("shared/directory"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected an address");
    assertThatThrownBy(() -> newStoreAt("nosuch://bucket/x"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot write to --store nosuch://bucket/x");
    ObjectFileSystem.LEFT.set(0);
    assertThatThrownBy(() -> newStore("other"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the store cannot be reached");
  }

  private static RunStore newStoreAt(String address) {
    return RunStore.checked(address, configuration());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("events")) // named by the time
          .sorted()
          .toList();
    }
  }
}

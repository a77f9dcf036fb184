package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.net.Networks;
import dev.rote.run.EpochRecord;
import dev.rote.run.StoredRun;
import dev.rote.study.Device;
import dev.rote.study.Extras;
import dev.rote.study.StudyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTrainingTest {
  @TempDir Path temp;

  private final List<String> told = new ArrayList<>();

  private final RunTraining.Listener listener =
      new RunTraining.Listener() {
        @Override
        public void damaged(String line) {
          told.add(line);
        }

        @Override
        public void started(int epochsDone) {
          told.add("started after " + epochsDone);
        }

        @Override
        public void progress(int epoch, double fraction) {}

        @Override
        public void epoch(EpochRecord record) {
          told.add("epoch " + record.epoch());
        }
      };

  /** As when a worker dies between its last epoch and its report, and the run is tried again. */
  @Test
  void aRunThatIsFinishedByNowIsNotBegunAgain() throws Exception {
    Path yaml =
        Files.writeString(
            temp.resolve("study.yaml"),
            "{dataset: glyphs, subset: 40, test-subset: 10, network: mlp, loss: cce, epochs: 2}");
    Machine one = new Machine(Optional.of(Device.CPU), Optional.of(1), Optional.of(1));
    PlannedRun run =
        Study.plan(
                StudyOptions.none().overriddenBy(StudyOptions.read(yaml)).study(Networks::protocol),
                temp.resolve("out"),
                one,
                new StudyListener() {})
            .plan()
            .runs()
            .get(0);

    DataSetCache data = new DataSetCache();
    RunTraining.train(run.directory(), run.record(), Extras.NONE, data, listener);
    List<EpochRecord> epochs = StoredRun.read(run.directory()).orElseThrow().epochs();
    RunTraining.train(run.directory(), run.record(), Extras.NONE, data, listener);

    assertThat(told).containsExactly("started after 0", "epoch 1", "epoch 2");
    StoredRun stored = StoredRun.read(run.directory()).orElseThrow();
    assertThat(stored.finished()).isTrue();
    assertThat(stored.epochs()).isEqualTo(epochs); // with their seconds
  }
}

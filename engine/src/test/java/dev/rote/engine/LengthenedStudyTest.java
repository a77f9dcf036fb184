package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.net.Networks;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Device;
import dev.rote.study.StudyOptions;
import dev.rote.study.StudySpec;
import dev.rote.text.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A study with more epochs continues where the shorter one ended. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LengthenedStudyTest {
  @TempDir Path temp;

  private StudySpec spec(int epochs, String more) throws Exception {
    Path yaml =
        Files.writeString(
            temp.resolve("study.yaml"),
            """
            {dataset: glyphs, subset: 300, test-subset: 50, network: mlp, noise: symmetric(0.4),
             optimizer: sgd, learning-rate: 0.05, momentum: 0.9, augmentation: flip+crop(2),
             epochs: %d, %s}
            """
                .formatted(epochs, more));
    return StudyOptions.none().overriddenBy(StudyOptions.read(yaml)).study(Networks::protocol);
  }

  private StudyResult run(int epochs, String more, String out) throws Exception {
    Machine one = new Machine(Optional.of(Device.CPU), Optional.of(1), Optional.of(1));
    StudyListener listener = new StudyListener() {};
    StudyResult result =
        Study.plan(spec(epochs, more), temp.resolve(out), one, listener).run(listener);
    assertThat(result.missing()).isEmpty();
    return result;
  }

  @Test
  void theBitsAreThoseOfAStudyThatWasPlannedWithAllEpochs() throws Exception {
    String more = "loss: [cce, mse], inputs: random-pixels, schedule: 'steps(0.1, 2)'";
    Path out = temp.resolve("out");
    run(1, more, "out");
    assertThat(StudyPlan.of(spec(3, more), out).runs())
        .extracting(PlannedRun::epochsDone)
        .containsOnly(1);
    run(2, more, "out");
    run(4, more, "out");
    run(4, more, "at-once");
    assertThat(StudyDirectory.identity(out).orElseThrow().lengthenedFrom()).containsExactly(1, 2);
    List<StoredRun> lengthened = StoredRun.readAll(out);
    List<StoredRun> atOnce = StoredRun.readAll(temp.resolve("at-once"));
    assertThat(lengthened).hasSize(2);
    for (int i = 0; i < 2; i++) {
      StoredRun left = lengthened.get(i);
      StoredRun right = atOnce.get(i);
      assertThat(left.record().spec()).isEqualTo(right.record().spec());
      assertThat(left.record().id()).isEqualTo(right.record().id());
      assertThat(left.epochs())
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds", "extra")
          .isEqualTo(right.epochs())
          .hasSize(4);
      assertThat(left.finished()).isTrue();
      for (String file : List.of("weights.safetensors", "predictions.npy", "observed.npy")) {
        assertThat(left.directory().resolve(file))
            .as(file)
            .hasSameBinaryContentAs(right.directory().resolve(file));
      }
    }
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files).noneMatch(file -> file.endsWith(".replaced"));
    }
  }

  @Test
  void aScheduleThatDependsOnTheNumberOfEpochsSaysWhyNot() throws Exception {
    String cosine = "loss: cce, schedule: cosine";
    Path out = temp.resolve("out");
    StudyDirectory.open(out, StudyPlan.of(spec(1, cosine), out).identity(), 0).close();
    assertThatThrownBy(() -> run(2, cosine, "out"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("epochs 1, not 2")
        .hasMessageContaining("the schedule cosine cannot be lengthened")
        .hasMessageContaining("choose another --out");
  }

  @Test
  void aStudyIsLengthenedAsAWholeAndNeverShortened() throws Exception {
    run(2, "loss: [cce, mse]", "out");
    assertThatThrownBy(() -> run(3, "loss: cce", "out"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("mse symmetric(0.4) seed 1")
        .hasMessageContaining("name all of its losses");
    assertThatThrownBy(() -> run(1, "loss: [cce, mse]", "out"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("epochs 2, not 1");
    assertThat(StoredRun.readAll(temp.resolve("out")))
        .hasSize(2)
        .allMatch(StoredRun::finished)
        .allMatch(run -> run.epochs().size() == 2);
  }
}

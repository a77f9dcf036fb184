package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.data.DataSet;
import dev.rote.data.DataSets;
import dev.rote.net.Networks;
import dev.rote.noise.LabelNoise;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.StudyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedMeterTest {
  @TempDir Path temp;

  private StudyPlan plan(int epochs) throws Exception {
    Path file = temp.resolve("study.yaml");
    Files.writeString(
        file,
        "{dataset: glyphs, subset: 600, test-subset: 100, network: mlp, loss: [cce, mse], epochs: "
            + epochs
            + "}");
    return StudyPlan.of(StudyOptions.read(file).study(Networks::protocol), temp.resolve("out"));
  }

  @Test
  void aLongStudyIsTriedOnceAndAShortOneNotAtAll() throws Exception {
    Path file = temp.resolve("home/speeds.json");
    Files.createDirectories(file.getParent());
    List<String> notices = new ArrayList<>();
    SpeedMeter meter = new SpeedMeter(file, 2, notices::add);
    for (String damaged : List.of("{}", "null", "{ damaged")) {
      Files.writeString(file, damaged);
      assertThat(meter.choose(plan(5), Device.CPU, Machine.AUTOMATIC).speed()).isEmpty();
    }
    assertThat(notices).isEmpty();

    StudyPlan plan = plan(40_000);
    SpeedMeter.Choice choice = meter.choose(plan, Device.CPU, Machine.AUTOMATIC);
    assertThat(notices)
        .containsExactly(
            "trying 2 runs at once on 1 thread each …", "trying 1 run at once on 2 threads each …");
    Speed speed = choice.speed().orElseThrow();
    assertThat(speed.allocation()).isEqualTo(choice.allocation());
    assertThat(speed.trainingSeconds()).isPositive().isLessThan(0.1);
    assertThat(speed.measuringSeconds()).isPositive().isLessThan(speed.trainingSeconds());

    assertThat(meter.choose(plan, Device.CPU, Machine.AUTOMATIC)).isEqualTo(choice);
    assertThat(meter.choose(plan(5), Device.CPU, Machine.AUTOMATIC))
        .as("what is known serves short studies too")
        .isEqualTo(choice);
    assertThat(notices).hasSize(2);
    assertThat(TimeEstimate.of(plan, choice).toMillis() / 1000.0)
        .isCloseTo(
            40_000.0 * plan.runs().size() / choice.allocation().workers() * speed.seconds(600, 700),
            org.assertj.core.data.Percentage.withPercentage(1));
  }

  @Test
  void theNetworkOfAnAuditsFoldIsTriedToo() throws Exception {
    StudyPlan study = plan(1);
    CrossValidation folds =
        new CrossValidation(
            study.identity().data(),
            LabelNoise.parse("none"),
            study.identity().network(),
            LossSpec.parse("cce"),
            study.identity().protocol(),
            new CrossValidation.Scheme(2, 1, false),
            1,
            1);
    DataSet images = DataSets.read(study.identity().data()).data();
    SpeedMeter meter = new SpeedMeter(temp.resolve("speeds.json"), 1, notice -> {});
    SpeedMeter.Choice choice =
        meter.choose(
            folds.first(images, temp.resolve("out")), 2, true, Device.CPU, Machine.AUTOMATIC);
    assertThat(choice.speed()).isPresent();
  }
}

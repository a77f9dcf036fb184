package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.DataSet;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.noise.LabelNoise;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.study.Protocol;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrossValidationTest {
  @TempDir Path temp;

  private CrossValidation validation(int repeats, boolean onAll) {
    return new CrossValidation(
        DataSpec.of("glyphs", Optional.empty()).withSubset(Optional.of(300), Optional.of(100)),
        LabelNoise.parse("none"),
        new NetworkName("mlp"),
        LossSpec.CCE,
        Protocol.of(new Sgd(0.1, 0, 0), 2),
        new CrossValidation.Scheme(3, repeats, onAll),
        1,
        1);
  }

  private final DataSet images = DataSets.load(validation(1, true).data());

  private List<StudyPlan> plans(CrossValidation validation) throws Exception {
    return validation.networks(images, temp).stream().map(CrossValidation.Network::plan).toList();
  }

  /**
   * Training on an image takes 3 seconds, measuring one takes 1. One epoch in four measures the
   * images held out.
   */
  private double epochSeconds(CrossValidation validation, int workers) throws Exception {
    Allocation allocation = new Allocation(Device.CPU, workers, 1);
    Speed speed = new Speed(allocation, 3, 1, 0, 0);
    return validation.epochSeconds(
        validation.first(images, temp), 100, new SpeedMeter.Choice(allocation, Optional.of(speed)));
  }

  @Test
  void timeIsThatOfTheBusiestWorker() throws Exception {
    double whole = 300 * 3 + 300 + 100;
    double fold = 200 * 3 + 100 / 4.0;
    assertThat(epochSeconds(validation(1, true), 1)).isCloseTo(whole + 3 * fold, within(1e-9));
    assertThat(epochSeconds(validation(1, true), 2)).isCloseTo(fold + whole, within(1e-9));
    assertThat(epochSeconds(validation(1, true), 4)).isCloseTo(whole, within(1e-9));
    assertThat(epochSeconds(validation(1, false), 2)).isCloseTo(2 * fold, within(1e-9));
    assertThat(epochSeconds(validation(2, false), 1)).isCloseTo(6 * fold, within(1e-9));
    assertThat(epochSeconds(validation(2, true), 3)).isCloseTo(2 * fold + whole, within(1e-9));
  }

  @Test
  void theFoldsHoldOutEachSampleOnce() throws Exception {
    List<StudyPlan> plans = plans(validation(1, true));
    assertThat(plans).hasSize(4);
    assertThat(plans.subList(0, 3)).allMatch(plan -> plan.data().samples() == 200);
    assertThat(plans.subList(0, 3)).allMatch(plan -> plan.measured() == 100);
    assertThat(plans.get(3).data().samples()).isEqualTo(300);
    assertThat(plans.get(3).measured()).isEqualTo(400);
  }

  @Test
  void everyRepeatDividesAnewAndHasItsOwnSeed() throws Exception {
    List<StudyPlan> plans = plans(validation(2, false));
    assertThat(plans).hasSize(6);
    assertThat(plans.stream().map(plan -> plan.data().digest())).doesNotHaveDuplicates();
    assertThat(plans.stream().map(plan -> plan.spec().grid().seeds().get(0)))
        .containsExactly(1L, 1L, 1L, 2L, 2L, 2L);
  }

  @Test
  void titlesAreTheWordsInWhichRunsDiffer() throws Exception {
    List<PlannedRun> once =
        plans(validation(1, true)).stream().flatMap(plan -> plan.runs().stream()).toList();
    assertThat(PlannedRun.titles(once).values())
        .containsExactly("fold 1/3", "fold 2/3", "fold 3/3", "on all");
    List<PlannedRun> twice =
        plans(validation(2, false)).stream().flatMap(plan -> plan.runs().stream()).toList();
    assertThat(PlannedRun.titles(twice).values())
        .hasSize(6)
        .startsWith("seed 1 fold 1/3")
        .endsWith("seed 2 fold 3/3");
    assertThat(PlannedRun.titles(once.subList(0, 1)).values())
        .containsExactly("cce none seed 1 fold 1/3");
  }
}

package dev.rote.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.rote.memorization.SeedSummary;
import dev.rote.noise.LabelNoise;
import dev.rote.run.RunDirectory;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceTest {
  private static final String NOISE = "symmetric(0.4, exact)";
  private static final Offset<Double> TINY = within(1e-8);

  @TempDir Path temp;

  private Replicates only(Evidence evidence, String loss, String noise) {
    return evidence.replicates().stream()
        .filter(
            r ->
                r.condition().loss().equals(LossSpec.parse(loss))
                    && r.condition().noise().equals(LabelNoise.parse(noise)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void seedsBecomeMeanAndSpread() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "mnist", 11);
    study.run("cce", NOISE, 3, 0.9, 0.6);
    study.run("cce", NOISE, 1, 0.7, 0.6);
    study.run("cce", NOISE, 2, 0.8, 0.6);
    Evidence evidence = Evidence.read(List.of(temp));
    assertThat(evidence.gaps()).isEmpty();
    assertThat(evidence.replicates()).hasSize(1);
    Replicates group = only(evidence, "cce", NOISE);
    assertThat(group.runs())
        .extracting(r -> r.run().record().spec().seed())
        .containsExactly(1L, 2L, 3L);

    SeedSummary last = group.last(Measure.J1).orElseThrow();
    assertThat(last.mean()).isEqualTo(0.8, TINY);
    assertThat(last.sd()).isEqualTo(0.1, TINY);
    // t(2, 0.975) = 4.302653, times 0.1/√3
    assertThat(last.low()).isEqualTo(0.8 - 4.302653 * 0.1 / Math.sqrt(3), within(1e-6));
    assertThat(last.high()).as("an accuracy").isEqualTo(1);

    // In the middle epoch, 6 of 11, each run is half way from 0.1 to its end.
    Curve.Point middle = group.curve(Measure.J1).points().get(5);
    assertThat(middle.epoch()).isEqualTo(6);
    assertThat(middle.value().mean()).isEqualTo(0.45, TINY);
    assertThat(middle.value().sd()).isEqualTo(0.05, TINY);

    assertThat(group.memorizationGap().orElseThrow().value().mean()).isEqualTo(0.8 - 0.6, TINY);
    assertThat(group.leadOfObserved().orElseThrow().value().mean()).isEqualTo(0.2, TINY);
    assertThat(group.best(Measure.TEST).orElseThrow().mean()).isEqualTo(0.75, TINY);
  }

  @Test
  void comparisonsArePairedBySeedAndLeaveOutWhatDidNotFit() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "mnist", 5);
    study.run("mse", "none", 1, 1.0, 1.0);
    study.run("mse", "none", 2, 0.9, 0.9);
    study.run("mse", "none", 3, 0.95, 0.95);
    study.run("mse", NOISE, 1, 0.6, 0.95);
    study.run("mse", NOISE, 2, 0.6, 0.75);
    study.run("mse", NOISE, 3, 0.1, 0.1, 5, false);
    study.run("cce", NOISE, 2, 1.0, 0.6);
    study.run("cce", NOISE, 1, 1.0, 0.65);
    Evidence evidence = Evidence.read(List.of(temp));
    Replicates noisy = only(evidence, "mse", NOISE);
    Replicates clean = evidence.cleanOf(noisy).orElseThrow();

    SeedSummary resistance = noisy.resistance(clean).orElseThrow().value();
    assertThat(resistance.seeds()).as("seed 3 collapsed").isEqualTo(2);
    assertThat(resistance.mean()).isEqualTo((0.05 + 0.15) / 2, TINY);
    assertThat(resistance.low()).isLessThan(resistance.high());
    // Differences 0.95 − 0.65 = 0.3 at seed 1 and 0.75 − 0.6 = 0.15 at seed 2.
    SeedSummary difference =
        noisy.differenceOfJ2(only(evidence, "cce", NOISE)).orElseThrow().value();
    assertThat(difference.mean()).isEqualTo(0.225, TINY);
    assertThat(difference.sd()).isEqualTo(0.15 / Math.sqrt(2), TINY);

    assertThat(evidence.gaps())
        .filteredOn(gap -> gap.contains("did not fit"))
        .singleElement(STRING)
        .startsWith("mse, " + NOISE + ", seed 3")
        .contains("--warmup 1")
        .containsPattern("smaller --learning-rate than 0\\.0*1,");
    assertThat(evidence.gaps())
        .contains(
            "cce, symmetric(0.4, exact), seed 3 (mlp on mnist (100 images, 5 epochs)): not begun")
        .anyMatch(gap -> gap.startsWith("cce, none, seed 1") && gap.endsWith("not begun"));
  }

  @Test
  void theNoiseRateIsReadOffTheLastFifth() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "mnist", 10);
    study.run("rll(alpha=0.1)", NOISE, 1, 0.64, 0.9);
    Replicates group = Evidence.read(List.of(temp)).replicates().get(0);
    NoiseRateReading reading = group.noiseRate().orElseThrow();
    // Epochs 9 and 10: J1 = 0.1 + 8/9·0.54 = 0.58 and 0.64.
    assertThat(reading.rate().mean()).isEqualTo(1 - 0.61, TINY);
    // Epochs 7 and 8: 0.46 and 0.52, a mean of 0.49.
    assertThat(reading.change()).isEqualTo(0.12, TINY);
    assertThat(reading.trueRate()).isEqualTo(0.4, TINY);
    assertThat(reading.rate().low()).as("no interval from one seed").isNaN();
  }

  @Test
  void intervalsOfAccuraciesStayWithinTheirRange() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "mnist", 10);
    study.run("cce", NOISE, 1, 1.0, 0.0);
    study.run("cce", NOISE, 2, 0.8, 0.3);
    Replicates group = Evidence.read(List.of(temp)).replicates().get(0);
    // t(1, 0.975) = 12.7: 0.9 ± 1.27 before it is cut.
    assertThat(group.last(Measure.J1).orElseThrow().high()).isEqualTo(1);
    assertThat(group.last(Measure.J1).orElseThrow().low()).isEqualTo(0);
    assertThat(group.curve(Measure.J2).points().get(9).value().low()).isEqualTo(0);
    assertThat(group.noiseRate().orElseThrow().rate().low()).isEqualTo(0);
    assertThat(group.leadOfObserved().orElseThrow().value().high()).isEqualTo(1);
    assertThat(group.curve(Measure.LOSS).points().get(9).value().high()).isEqualTo(1);
  }

  @Test
  void aRunWithoutAnEpochHasBegun() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "mnist", 5);
    study.run("cce", "none", 1, 1.0, 1.0);
    study.run("cce", NOISE, 2, 1.0, 0.6);
    String diverged = study.run("cce", NOISE, 1, 1.0, 1.0, 0, true);
    RunDirectory.fail(temp.resolve("runs").resolve(diverged), "the loss is NaN");
    study.run("cce", "none", 2, 1.0, 1.0, 0, true);
    assertThat(Evidence.read(List.of(temp)).gaps())
        .containsExactlyInAnyOrder(
            "cce, "
                + NOISE
                + ", seed 1 (mlp on mnist (100 images, 5 epochs)): failed: the loss is NaN",
            "cce, none, seed 2 (mlp on mnist (100 images, 5 epochs)): 0 of 5 epochs done");
  }

  @Test
  void whatIsUnfinishedOrFailedIsNamedAndShown() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "mnist", 5);
    study.run("cce", "none", 1, 1.0, 1.0, 3, true);
    String failed = study.run("mse", "none", 1, 1.0, 1.0, 2, true);
    RunDirectory.fail(temp.resolve("runs").resolve(failed), "worker was killed");
    Evidence evidence = Evidence.read(List.of(temp));
    assertThat(evidence.gaps())
        .hasSize(2)
        .anyMatch(gap -> gap.endsWith("3 of 5 epochs done"))
        .anyMatch(gap -> gap.endsWith("failed: worker was killed"));
    Replicates unfinished = only(evidence, "cce", "none");
    assertThat(unfinished.curve(Measure.J2).points()).hasSize(3);
    assertThat(unfinished.last(Measure.J1)).as("an unfinished run counts nowhere").isEmpty();
  }

  @Test
  void aRunThatTwoStudiesHaveCountsOnce() throws IOException {
    new MadeUpStudy(temp.resolve("a"), "mnist", 3).run("cce", "none", 1, 1, 1, 2, true);
    new MadeUpStudy(temp.resolve("b"), "mnist", 3).run("cce", "none", 1, 1, 1);
    Evidence evidence = Evidence.read(List.of(temp.resolve("a"), temp.resolve("b")));
    assertThat(evidence.runs()).hasSize(1);
    assertThat(evidence.runs().get(0).last().epoch()).isEqualTo(3);

    Files.createDirectories(temp.resolve("c"));
    assertThatThrownBy(() -> Evidence.read(List.of(temp.resolve("c"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds no study");
  }

  @Test
  void aRunMayNameANetworkThatRoteCannotTrain() throws IOException {
    NetworkName foreign = new NetworkName("wide-resnet-28-10");
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", foreign, 3, 3);
    study.run("cce", NOISE, 1, 0.9, 0.6);
    Evidence evidence = Evidence.read(List.of(temp));
    assertThat(evidence.settings())
        .singleElement()
        .extracting(Setting::label)
        .asString()
        .startsWith("wide-resnet-28-10 on cifar10");
  }
}

package dev.rote.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.analysis.Corruption;
import dev.rote.analysis.Ending;
import dev.rote.analysis.Evidence;
import dev.rote.analysis.MadeUpStudy;
import dev.rote.data.Inputs;
import dev.rote.memorization.SeedSummary;
import dev.rote.run.Json;
import dev.rote.run.TheoryFile;
import dev.rote.study.NetworkName;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ClaimsTest {
  private static final String NOISE = "symmetric(0.4, exact)";
  private static final String RLL = "rll(alpha=0.1)";
  private static final String NMSE = "normalized(mse)";

  @TempDir Path temp;

  private List<Claim> claims(Thresholds thresholds) throws IOException {
    return Claims.of(Evidence.read(List.of(temp)), TheoryFile.readOwn(List.of(temp)), thresholds);
  }

  private MadeUpStudy asThePaperSays(String dataset) throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, dataset, 20, 10);
    for (long seed = 1; seed <= 3; seed++) {
      for (String loss : List.of("cce", "mse", RLL, NMSE)) {
        study.run(loss, "none", seed, 0.99, 0.99);
      }
      study.run("cce", NOISE, seed, 0.99, 0.61);
      study.run("mse", NOISE, seed, 0.97, 0.62);
      study.run(RLL, NOISE, seed, 0.61, 0.95);
      study.run(NMSE, NOISE, seed, 0.60, 0.94);
    }
    return study;
  }

  private static Verdict verdict(List<Claim> claims, int number) {
    return claims.get(number - 1).verdict();
  }

  @Test
  void whatThePaperSaysHoldsOnRunsThatBehaveSo() throws IOException {
    asThePaperSays("cifar10");
    Files.writeString(
        temp.resolve("theory.csv"),
        """
        run,epoch,loss,symmetric,risk,noisy_risk,predicted,deviation
        a,10,cce,false,1,2,1.5,0.5
        b,10,cce,false,1,2,1.5,0.5
        c,10,cce,false,1,2,1.5,0.5
        a,10,mae,true,1,2,2,1e-15
        b,10,mae,true,1,2,2,-1e-15
        c,10,mae,true,1,2,2,0
        pair,10,cce,false,1,2,,
        pair,10,mae,true,1,2,,
        """);
    List<Claim> claims = claims(Thresholds.DEFAULT);
    assertThat(claims).extracting(Claim::number).containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(verdict(claims, 1)).isEqualTo(Verdict.HOLDS);
    assertThat(verdict(claims, 2)).as("no MNIST").isEqualTo(Verdict.NOT_ENOUGH);
    for (int number = 3; number <= 7; number++) {
      assertThat(verdict(claims, number))
          .as(claims.get(number - 1).summary())
          .isEqualTo(Verdict.HOLDS);
    }
    Claim resists = claims.get(4);
    assertThat(resists.runs()).hasSize(6).allMatch(id -> id.startsWith("rll"));
    assertThat(resists.figures()).hasSize(1);
    assertThat(resists.figures().get(0).value().mean())
        .isCloseTo(0.04, org.assertj.core.data.Offset.offset(1e-8));
  }

  private static MadeUpStudy fittingAnything(MadeUpStudy study, double gaussian)
      throws IOException {
    for (long seed = 1; seed <= 3; seed++) {
      study.run(Inputs.NONE, "cce", "none", seed, 1);
      study.run(Inputs.NONE, "cce", "uniform(1)", seed, 1);
      study.run(Inputs.SHUFFLED_PIXELS, "cce", "none", seed, 0.99);
      study.run(Inputs.RANDOM_PIXELS, "cce", "none", seed, 0.98);
      study.run(Inputs.GAUSSIAN, "cce", "none", seed, gaussian);
      study.run(Inputs.GAUSSIAN, RLL, "none", seed, 0.3);
    }
    return study;
  }

  @Test
  void networksThatFitAnythingDoAsZhangEtAlFound() throws IOException {
    fittingAnything(new MadeUpStudy(temp, "cifar10", 20, 10), 0.97);
    List<Claim> claims = claims(Thresholds.DEFAULT);
    assertThat(claims).extracting(Claim::number).containsExactly(1, 2, 3, 4, 5, 6, 7, 9, 10);
    assertThat(verdict(claims, 8)).as(claims.get(7).summary()).isEqualTo(Verdict.HOLDS);
    assertThat(claims.get(7).figures()).hasSize(4);
    assertThat(verdict(claims, 9)).as("no regularizer").isEqualTo(Verdict.NOT_ENOUGH);
    // The paper's claims are about images: of J1 on them there is the one run without noise.
    assertThat(claims.get(0).figures()).noneMatch(figure -> figure.text().contains("gaussian"));
  }

  @Test
  void networksThatFitNoGaussianNoiseRefuteThem() throws IOException {
    fittingAnything(new MadeUpStudy(temp, "cifar10", 20, 10), 0.7);
    List<Claim> claims = claims(Thresholds.DEFAULT);
    assertThat(verdict(claims, 8)).isEqualTo(Verdict.DOES_NOT_HOLD);
    assertThat(claims.get(7).summary()).contains("0.700");
  }

  @Test
  void aRegularizerIsComparedWithTheSameRunsWithout() throws IOException {
    NetworkName mlp = new NetworkName("mlp");
    Path plain = temp.resolve("plain");
    Path dropping = temp.resolve("dropping");
    fittingAnything(new MadeUpStudy(plain, "cifar10", mlp, 20, 10), 0.97);
    fittingAnything(new MadeUpStudy(dropping, "cifar10", mlp, 20, 10, Optional.of(0.5)), 0.8);
    List<Claim> claims =
        Claims.of(Evidence.read(List.of(plain, dropping)), List.of(), Thresholds.DEFAULT);
    Claim regularizers = claims.get(8);
    assertThat(regularizers.figures()).hasSize(4);
    assertThat(regularizers.verdict()).isEqualTo(Verdict.DOES_NOT_HOLD);
    assertThat(regularizers.summary()).contains("dropout 0.5").contains("-0.170");
  }

  /** Learns clean samples in epoch 2, altered ones in {@code memorizes}. */
  private static MadeUpStudy.Course course(int memorizes, double criticalRatio) {
    return new MadeUpStudy.Course() {
      @Override
      public int[] predicted(int epoch, int[] original, int[] observed) {
        return epoch >= memorizes ? observed : epoch >= 2 ? original : new int[original.length];
      }

      @Override
      public double criticalRatio(int epoch) {
        return criticalRatio;
      }
    };
  }

  private List<Claim> ofSamples(int memorizes, double critical) throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 20);
    for (int seed = 1; seed <= 3; seed++) {
      study.run("cce", "none", seed, course(2, 0.2));
      study.run("cce", NOISE, seed, course(memorizes, critical + 0.01 * seed));
      study.run(RLL, NOISE, seed, course(2, 0.1));
      study.run("cce", "symmetric(0.9, exact)", seed, course(2, 0.95));
    }
    return claims(Thresholds.DEFAULT);
  }

  @Test
  void noiseMakesSamplesCriticalAndIsLearnedLast() throws IOException {
    List<Claim> claims = ofSamples(8, 0.8);
    assertThat(claims).extracting(Claim::number).containsExactly(1, 2, 3, 4, 5, 6, 7, 11, 12);
    Claim critical = claims.get(7);
    assertThat(critical.verdict()).as(critical.summary()).isEqualTo(Verdict.HOLDS);
    assertThat(critical.figures()).as("CCE at 0.4 and at 0.9").hasSize(2);
    assertThat(critical.figures().get(0).value().mean())
        .isCloseTo(0.62, org.assertj.core.data.Offset.offset(1e-9));
    Claim first = claims.get(8);
    assertThat(first.verdict()).as(first.summary()).isEqualTo(Verdict.HOLDS);
    assertThat(first.figures()).as("at 0.9, labels say nothing").hasSize(1);
    assertThat(first.figures().get(0).value().mean())
        .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void noiseThatIsLearnedAtOnceAndIsNotCriticalRefutesThat() throws IOException {
    List<Claim> claims = ofSamples(2, 0.1);
    assertThat(claims.get(7).verdict()).isEqualTo(Verdict.DOES_NOT_HOLD);
    assertThat(claims.get(8).verdict()).isEqualTo(Verdict.DOES_NOT_HOLD);
    assertThat(claims.get(8).summary()).contains("0.000");
  }

  @Test
  void theTimeToFitIsThatOfTheFirstEpochAboveTheLevel() throws IOException {
    fittingAnything(new MadeUpStudy(temp, "cifar10", 20, 10), 0.7);
    Evidence evidence = Evidence.read(List.of(temp));
    List<Corruption> kinds =
        evidence.settings().stream()
            .flatMap(setting -> Corruption.of(evidence, setting).stream())
            .toList();
    assertThat(kinds).extracting(Corruption::label).contains("nothing", "uniform(1)", "gaussian");
    for (Corruption kind : kinds) {
      assertThat(kind.finished()).isEqualTo(3);
      if (kind.label().equals("gaussian")) {
        assertThat(kind.fitted()).isZero();
        assertThat(kind.relativeTime()).isEmpty();
      } else {
        // J1 rises in a line from 0.1 in epoch 1: 0.1 + (e − 1)/9 · (J1 − 0.1) ≥ 0.95 in epoch 10.
        assertThat(kind.fitted()).isEqualTo(3);
        assertThat(kind.meanEpochsToFit()).hasValue(10);
        assertThat(kind.relativeTime()).hasValue(1);
      }
    }
  }

  @Test
  void aThresholdDecides() throws IOException {
    asThePaperSays("mnist");
    assertThat(verdict(claims(Thresholds.DEFAULT), 2)).isEqualTo(Verdict.HOLDS);
    Thresholds strict = Thresholds.DEFAULT.with(List.of("overfitJ1=0.995", "resistance = 0.03"));
    assertThat(verdict(claims(strict), 2)).isEqualTo(Verdict.DOES_NOT_HOLD);
    assertThat(verdict(claims(strict), 5)).isEqualTo(Verdict.DOES_NOT_HOLD);
    assertThat(claims(strict).get(4).summary()).contains("0.040").contains("within ±0.03");
    assertThatThrownBy(() -> Thresholds.DEFAULT.with(List.of("resistence=0.1")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("resistance");
    assertThatThrownBy(() -> Thresholds.DEFAULT.with(List.of("drift=much")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("NAME=NUMBER");
  }

  @Test
  void aCollapsedRunIsNoEvidenceOfResistance() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 10);
    study.run(RLL, "none", 1, 0.1, 0.1, 10, false);
    study.run(RLL, NOISE, 1, 0.1, 0.1, 10, false);
    List<Claim> claims = claims(Thresholds.DEFAULT);
    assertThat(claims).extracting(Claim::verdict).containsOnly(Verdict.NOT_ENOUGH);
    assertThat(claims.get(4).figures()).isEmpty();
    assertThat(claims.get(4).summary()).contains("RLL with altered and with original labels");
  }

  @Test
  void oneFigureAgainstItIsEnough() throws IOException {
    MadeUpStudy study = asThePaperSays("mnist");
    for (long seed = 1; seed <= 3; seed++) {
      study.run("mse", "symmetric(0.2, exact)", seed, 0.82, 0.95);
    }
    List<Claim> claims = claims(Thresholds.DEFAULT);
    assertThat(verdict(claims, 4)).as("J1 below J2 at 0.2").isEqualTo(Verdict.DOES_NOT_HOLD);
    // Half way from 0.8 to 1 is 0.9.
    assertThat(verdict(claims, 2)).isEqualTo(Verdict.DOES_NOT_HOLD);
  }

  private void rll(int epochs, int settlesAt, double... j1) throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", epochs, settlesAt);
    for (int seed = 1; seed <= j1.length; seed++) {
      study.run(RLL, NOISE, seed, j1[seed - 1], 0.9);
    }
  }

  private Claim saturates(String... thresholds) throws IOException {
    return claims(Thresholds.DEFAULT.with(List.of(thresholds))).get(2);
  }

  @Test
  void oneSeedDecidesNothing() throws IOException {
    rll(20, 10, 0.6);
    assertThat(saturates().verdict()).isEqualTo(Verdict.NOT_ENOUGH);
    assertThat(saturates().summary()).contains("1 of at least 3 seeds");
    assertThat(saturates("seeds=1").verdict()).as("no interval").isEqualTo(Verdict.NOT_ENOUGH);
  }

  @Test
  void twoSeedsDecideNothingUnlessToldSo() throws IOException {
    rll(20, 10, 0.6, 0.601);
    assertThat(saturates().verdict()).isEqualTo(Verdict.NOT_ENOUGH);
    assertThat(saturates("seeds=2").verdict()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void fiveEpochsDecideNothing() throws IOException {
    rll(5, 1, 0.6, 0.6, 0.6);
    assertThat(saturates().verdict()).isEqualTo(Verdict.NOT_ENOUGH);
    assertThat(saturates().summary()).contains("5 of at least 10 epochs");
    assertThat(saturates("epochs=5").verdict()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void aCurveThatMovesThroughItsGoalHasNotSaturated() throws IOException {
    rll(20, 20, 0.6, 0.6, 0.6);
    assertThat(saturates().verdict()).isEqualTo(Verdict.STILL_CHANGING);
    // From 0.1 to 0.6 in 19 steps: 4 steps are 0.105.
    assertThat(saturates().summary()).contains("by 0.105 over a fifth of the epochs");
    assertThat(saturates("drift=0.11").verdict()).isEqualTo(Verdict.HOLDS);
  }

  @Test
  void anIntervalThatCoversBothAnswersDecidesNothing() throws IOException {
    // Mean 0.64, sd 0.02: ± 4.30·0.02/√3 = ± 0.05, around a bound of 0.65.
    rll(20, 10, 0.62, 0.64, 0.66);
    assertThat(saturates().verdict()).isEqualTo(Verdict.NOT_ENOUGH);
    assertThat(saturates().summary()).contains("covers both answers");
  }

  private static Verdict answer(Bound asked, List<Double> changes, double... values) {
    return Finding.of(
            new Finding.Subject("", "rll", "", "J1"),
            new Ending(SeedSummary.of(values), 20, changes),
            asked,
            Thresholds.DEFAULT)
        .answer();
  }

  @Test
  void oppositeChangesOfSeedsDoNotCancel() {
    double[] values = {0, 0.001, -0.001};
    Bound near = Bound.within(0.05);
    assertThat(answer(near, List.of(0.0, 0.0, 0.0), values)).isEqualTo(Verdict.HOLDS);
    assertThat(answer(near, List.of(0.04, -0.04, 0.0), values)).isEqualTo(Verdict.STILL_CHANGING);
  }

  @Test
  void onlyAChangeTowardsTheOtherAnswerMatters() {
    Bound high = Bound.atLeast(0.95);
    double[] above = {0.97, 0.971, 0.972};
    assertThat(answer(high, List.of(0.0, 0.0, 0.1), above)).isEqualTo(Verdict.HOLDS);
    assertThat(answer(high, List.of(0.0, 0.0, -0.1), above)).isEqualTo(Verdict.STILL_CHANGING);
    double[] below = {0.9, 0.901, 0.902};
    assertThat(answer(high, List.of(0.0, 0.1, 0.0), below)).isEqualTo(Verdict.STILL_CHANGING);
    assertThat(answer(high, List.of(0.0, -0.1, 0.0), below)).isEqualTo(Verdict.DOES_NOT_HOLD);
    Bound negative = Bound.belowZero();
    assertThat(answer(negative, List.of(.0, .0, .1), -.3, -.3, -.3))
        .isEqualTo(Verdict.STILL_CHANGING);
    assertThat(answer(negative, List.of(.0, .0, -.1), -.3, -.3, -.3)).isEqualTo(Verdict.HOLDS);
    assertThat(answer(negative, List.of(.0, .0, .0), 0, 0, 0)).isEqualTo(Verdict.DOES_NOT_HOLD);
  }

  @Test
  void otherNoiseIsNotWhatThePaperSpeaksOf() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 10);
    study.run("cce", "pair(0.4)", 1, 0.5, 0.9);
    study.run("mse", "pair(0.4)", 1, 0.5, 0.9);
    assertThat(verdict(claims(Thresholds.DEFAULT), 1)).isEqualTo(Verdict.NOT_ENOUGH);
  }

  @Test
  void theFileSaysWhatTheClaimsSay() throws IOException {
    new MadeUpStudy(temp, "cifar10", 10).run("cce", NOISE, 1, 0.99, 0.61);
    Path file = temp.resolve("claims.json");
    Claims.write(file, claims(Thresholds.DEFAULT));
    JsonNode json = Json.MAPPER.readTree(Files.readString(file));
    assertThat(json.size()).isEqualTo(7);
    JsonNode first = json.get(0);
    assertThat(first.get("verdict").asString()).isEqualTo("not enough evidence");
    assertThat(first.get("claim").asString()).startsWith("CCE and MSE reach");
    JsonNode figure = first.get("figures").get(0);
    assertThat(figure.get("quantity").asString()).isEqualTo("J1");
    assertThat(figure.at("/value/mean").asDouble()).isEqualTo(0.99);
    assertThat(figure.get("reason").asString()).isEqualTo("1 of at least 3 seeds");
    assertThat(figure.at("/value/low").isNull()).as("no interval from one seed").isTrue();
    assertThat(first.get("runs").get(0).asString()).startsWith("cce-");
  }
}

package dev.rote.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.rote.claim.Claim;
import dev.rote.claim.Claims;
import dev.rote.claim.Thresholds;
import dev.rote.claim.Verdict;
import dev.rote.data.DataSpec;
import dev.rote.data.ImageShape;
import dev.rote.format.TensorData;
import dev.rote.memorization.Memorization;
import dev.rote.noise.LabelNoise;
import dev.rote.noise.NoiseDraw;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunDirectory;
import dev.rote.run.RunId;
import dev.rote.run.RunRecord;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.study.Protocol;
import dev.rote.study.RunSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that know every clean sample, and an altered one if they trained on it. */
class SampleScoresTest {
  private static final int N = 60;
  private static final List<String> CLASSES = List.of("a", "b", "c");
  private static final LabelNoise NOISE = LabelNoise.parse("fixed(symmetric(0.3, exact))");

  @TempDir Path temp;

  private final int[] original = IntStream.range(0, N).map(i -> i % 3).toArray();
  private final long[] ids = IntStream.range(0, N).asLongStream().toArray();
  private final NoiseDraw draw = NOISE.draw(original, ids, 3, 1);

  private boolean altered(int i) {
    return draw.observed()[i] != original[i];
  }

  private Evidence study(int networks) throws IOException {
    DataSpec data = DataSpec.of("glyphs", Optional.empty()).withSubsample(Optional.of(0.5));
    Protocol protocol = Protocol.of(new Sgd(0.1, 0.9, 0), 1);
    NetworkName network = new NetworkName("mlp");
    StudyDirectory.open(
            temp,
            new StudyDirectory.Identity(
                RunRecord.FORMAT, "glyphs", "digest", network, protocol, data),
            0)
        .close();
    for (long seed = 1; seed <= networks; seed++) {
      RunSpec spec = new RunSpec(data, NOISE, network, LossSpec.CCE, protocol, seed);
      String id = RunId.of(spec, "digest", NOISE.fingerprint(), "cce");
      RunRecord record =
          new RunRecord(
              RunRecord.FORMAT,
              id,
              spec,
              new RunRecord.Data("digest", N, 4, ImageShape.square(1, 28), CLASSES),
              new RunRecord.Noise(NOISE.fingerprint(), draw.realizedRate(), draw.realizedMatrix()),
              new RunRecord.Execution(Device.CPU, 1),
              1,
              RunRecord.Provenance.here());
      int[] trained = spec.trainedOn(N);
      int[] predicted = original.clone();
      Arrays.stream(trained).forEach(i -> predicted[i] = draw.observed()[i]);
      try (RunDirectory run = RunDirectory.open(temp.resolve("runs").resolve(id), record)) {
        run.begin(record, ids, original, draw);
        run.epoch(
            new EpochRecord(
                1,
                0.1,
                new Memorization(1, 0.7, 1, 0, 0),
                0.5,
                new EpochRecord.Running(1, 1, 0.7),
                0.1,
                1,
                EpochRecord.Extra.NONE),
            predicted,
            Map.of());
        run.statistics(statistics(trained));
        run.finished(Map.of());
      }
    }
    return Evidence.read(List.of(temp));
  }

  /**
   * Test image 0 is known to networks that trained on the first altered sample, 1 to those that did
   * not, 2 to all, 3 to none.
   */
  private Map<String, TensorData> statistics(int[] trained) {
    float[] loss = new float[N];
    float[] constant = new float[N];
    for (int i = 0; i < N; i++) {
      loss[i] = altered(i) ? 2 : 0.1f;
    }
    boolean has = Arrays.binarySearch(trained, firstAltered()) >= 0;
    float[] test = {has ? 1 : 0, has ? 0 : 1, 1, 0};
    Map<String, TensorData> statistics = new LinkedHashMap<>();
    statistics.put("loss", TensorData.of(loss, N));
    for (String name : List.of("margin", "forgotten", "input_gradient")) {
      statistics.put(name, TensorData.of(constant, N));
    }
    statistics.put("test_correct", TensorData.of(test, 4));
    return statistics;
  }

  private int firstAltered() {
    return IntStream.range(0, N).filter(this::altered).findFirst().orElseThrow();
  }

  @Test
  void scoresArePairsAndProxiesAreWhatTheNetworksShow() throws IOException {
    Evidence evidence = study(60);
    List<SampleScores> all = SampleScores.of(evidence);
    assertThat(all).hasSize(1);
    SampleScores scores = all.get(0);
    assertThat(scores.networks()).isEqualTo(60);
    for (SampleScores.Sample sample : scores.samples()) {
      assertThat(sample.memorization().in() + sample.memorization().out()).isEqualTo(60);
      assertThat(sample.memorization().value()).isEqualTo(altered(sample.position()) ? 1 : 0);
    }
    assertThat(scores.memorization(true)).hasSize(18).containsOnly(1);
    assertThat(scores.memorization(false)).hasSize(42).containsOnly(0);
    assertThat(scores.mean(true).mean()).isEqualTo(1);
    assertThat(scores.mean(true).low()).isCloseTo(1, within(1e-12));
    assertThat(scores.shareBelow(0.25, false).mean()).isEqualTo(1);
    // 18 sources, and the two test images that networks differ in.
    assertThat(scores.pairsExamined()).isEqualTo(36);
    SampleScores.Pair highest = scores.pairs().get(0);
    assertThat(highest.train()).isEqualTo(firstAltered());
    assertThat(highest.test()).isZero();
    assertThat(highest.influence().value()).isEqualTo(1);
    assertThat(highest.ratio()).isGreaterThan(scores.largestRatioByChance());
    assertThat(scores.proxies().get(0).all().mean()).isCloseTo(1, within(1e-12));
    assertThat(scores.proxies().get(0).clean().mean()).as("all are equal").isNaN();
    assertThat(scores.proxies().get(1).all().mean()).as("a constant").isNaN();

    Claim claim = Claims.ofScores(all, Thresholds.DEFAULT).get(0);
    assertThat(claim.verdict()).as(claim.summary()).isEqualTo(Verdict.HOLDS);
    assertThat(claim.runs()).hasSize(60);
    Claim more = Claims.ofScores(all, Thresholds.DEFAULT.with(List.of("networks=61"))).get(0);
    assertThat(more.verdict()).isEqualTo(Verdict.NOT_ENOUGH);
    assertThat(more.summary()).contains("60 of at least 61 networks");
    Claim higher = Claims.ofScores(all, Thresholds.DEFAULT.with(List.of("highScore=1.1"))).get(0);
    assertThat(higher.verdict()).isEqualTo(Verdict.DOES_NOT_HOLD);
  }

  @Test
  void oneNetworkHasNoScores() throws IOException {
    List<SampleScores> none = SampleScores.of(study(1));
    assertThat(none).isEmpty();
    assertThat(Claims.ofScores(none, Thresholds.DEFAULT)).isEmpty();
  }

  @Test
  void rankCorrelationIsThatOfTextbooks() {
    // Σd² = 4 + 1 + 1 + 4 of 5 values without ties: 1 − 6·10/(5·24)
    assertThat(RankCorrelation.of(new double[] {1, 2, 3, 4, 5}, new double[] {30, 10, 20, 50, 40}))
        .isCloseTo(0.6, within(1e-12));
    assertThat(RankCorrelation.ranks(new double[] {7, 1, 7, 3})).containsExactly(3.5, 1, 3.5, 2);
    // Ranks 1.5, 1.5, 3 and 1, 2, 3: (0.5 + 0 + 1) / √(1.5 · 2)
    assertThat(RankCorrelation.of(new double[] {4, 4, 9}, new double[] {1, 2, 3}))
        .isCloseTo(1.5 / Math.sqrt(3), within(1e-12));
    assertThat(RankCorrelation.of(new double[] {1, 1}, new double[] {1, 2})).isNaN();
    double undefined =
        assertTimeoutPreemptively(
            Duration.ofMinutes(1),
            () -> RankCorrelation.of(new double[] {1, Double.NaN, 3}, new double[] {1, 2, 3}));
    assertThat(undefined).isNaN();
  }
}

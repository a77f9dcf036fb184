package dev.rote.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.study.Device;
import dev.rote.study.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static final Workload RESNET = Workload.of("resnet32");

  private static Outcome outcome(
      Subject subject, Precision precision, int processes, double... rates) {
    List<MeasuredSpeed> measurements =
        Arrays.stream(rates)
            .mapToObj(rate -> new MeasuredSpeed(rate, 0, 0, "lib", Optional.empty(), Map.of()))
            .toList();
    Entrant entrant = new Entrant(RESNET, subject, precision, processes);
    return new Outcome(entrant, 2 / processes, measurements, 4e8);
  }

  private static final Outcome PLAIN = outcome(Subject.PLAIN, Precision.FLOAT32, 1, 100, 200, 160);
  private static final Outcome DJL = outcome(Subject.DJL, Precision.FLOAT32, 1, 125, 250, 200);
  private static final Outcome ROTE = outcome(Subject.ROTE, Precision.FLOAT32, 1, 200, 300, 320);
  private static final Outcome ROTE_TWICE =
      outcome(Subject.ROTE, Precision.FLOAT32, 2, 220, 330, 352);
  private static final Outcome LIMIT = outcome(Subject.LIMIT, Precision.FLOAT32, 1, 250, 375, 400);
  private static final Outcome BF16 = outcome(Subject.ROTE, Precision.BF16, 1, 300, 600, 480);

  private static Results results(Outcome... outcomes) {
    return new Results(List.of(outcomes), Device.CPU, Optional.empty());
  }

  @Test
  void csvHasMediansRatiosOfTheSameRoundAndSpread() {
    // rote's ratios are 2, 1.5 and 2: their median, not the ratio of the medians, 300/160
    assertThat(results(PLAIN, ROTE, ROTE_TWICE, LIMIT, BF16).csv())
        .isEqualTo(
            """
            network,subject,precision,threads,images_per_second,ratio_to_plain,spread
            resnet32,plain,float32,2,160.00,1.0000,0.6250
            resnet32,rote,float32,2,300.00,2.0000,0.4000
            resnet32,rote x2,float32,1,330.00,2.2000,0.4000
            resnet32,limit,float32,2,375.00,2.5000,0.4000
            resnet32,rote,bf16,2,480.00,3.0000,0.6250
            """);
  }

  @Test
  void everyMeasurementOfEveryRoundCanBeHad() {
    assertThat(results(PLAIN, ROTE).roundsCsv().lines())
        .containsExactly(
            "round,network,subject,precision,threads,images_per_second",
            "1,resnet32,plain,float32,2,100.000",
            "1,resnet32,rote,float32,2,200.000",
            "2,resnet32,plain,float32,2,200.000",
            "2,resnet32,rote,float32,2,300.000",
            "3,resnet32,plain,float32,2,160.000",
            "3,resnet32,rote,float32,2,320.000");
  }

  @Test
  void ofEpochsTheTableShowsMeasuringAndWriting() {
    // 50,000 images at 500 a second are 100 s; 25 s of writing are a fifth of 125 s.
    MeasuredSpeed epoch = new MeasuredSpeed(500, 0.15, 25, "lib", Optional.empty(), Map.of());
    Outcome alone = new Outcome(ROTE.entrant(), 2, List.of(epoch), 4e8);
    Outcome plain =
        new Outcome(
            PLAIN.entrant(),
            2,
            List.of(new MeasuredSpeed(100, 0.25, 0, "lib", Optional.empty(), Map.of())),
            4e8);
    List<String> table = results(plain, alone).table();
    assertThat(table.get(0)).endsWith("measurements, writing");
    assertThat(table.get(1)).endsWith("25% (25 to 25)");
    assertThat(table.get(2)).endsWith("15% (15 to 15), 20.0%");
    // Two at once, each at 250 a second: 200 s an epoch.
    Outcome twice = new Outcome(ROTE_TWICE.entrant(), 1, List.of(epoch), 4e8);
    assertThat(twice.writingShare()).contains(Rounds.of(25 / 225.0));
  }

  @Test
  void theChartHasABarForEachWithItsRatio() {
    String svg = SpeedChart.svg(results(PLAIN, ROTE, BF16), "steps");
    assertThat(svg)
        .contains("data-name=\"plain\" data-value=\"1.0\"")
        .contains("data-name=\"rote\" data-value=\"2.0\"")
        .contains("data-name=\"rote, bf16\" data-value=\"3.0\"")
        .contains("3.00 (480/s)");
  }

  @Test
  void theTableShowsMedianAndRangeOfRatios() {
    List<String> table = results(PLAIN, DJL, ROTE, LIMIT).table();
    assertThat(table.get(0)).endsWith("share of limit");
    assertThat(table.get(3))
        .startsWith("resnet32")
        .contains("300.0", "40.0%", "2.00 (1.50 to 2.00)", "1.60 (1.20 to 1.60)")
        .endsWith("80% (80 to 80)");
  }

  @Test
  void theBestBaselineIsTheOneWithTheHighestMedian() {
    assertThat(results(PLAIN, DJL, ROTE).toBest(ROTE)).isEqualTo(Rounds.of(1.6, 1.2, 1.6));
    assertThat(results(PLAIN, ROTE).toBest(ROTE)).isEqualTo(Rounds.of(2, 1.5, 2));
    Outcome slower = outcome(Subject.DJL, Precision.FLOAT32, 1, 500, 1, 1);
    assertThat(results(PLAIN, slower, ROTE).toBest(ROTE)).isEqualTo(Rounds.of(2, 1.5, 2));
    Outcome pyTorch = outcome(Subject.PYTORCH, Precision.FLOAT32, 1, 200, 300, 320);
    assertThat(results(PLAIN, DJL, pyTorch, ROTE).toBest(ROTE)).isEqualTo(Rounds.of(1, 1, 1));
    Outcome inBf16 = outcome(Subject.PYTORCH, Precision.BF16, 1, 2000, 2000, 2000);
    assertThat(results(PLAIN, inBf16, ROTE).toBest(ROTE)).isEqualTo(Rounds.of(2, 1.5, 2));
  }

  @Test
  void theMarkdownTableHasARowForEachNetworkAndAColumnForEachSubject() {
    Outcome large = outcome(Subject.ROTE, Precision.BF16, 1, 1500, 1600, 1700);
    assertThat(results(PLAIN, DJL, ROTE, ROTE_TWICE, large, LIMIT).markdown())
        .containsExactly(
            "| network | plain | DJL | Rote (share of the limit) | Rote (share of the limit) bf16 |"
                + " limit |",
            "| --- | --- | --- | --- | --- | --- |",
            "| resnet32 | 160 | 200 | 300: **1.60** (1.20 to 1.60), 80% (80 to 80) |"
                + " 1,600: **8.50** (6.40 to 12.00) | 375 |");
  }

  @Test
  void shareOfTheLimitIsRotesAndOfItsPrecision() {
    Results results = results(PLAIN, ROTE, LIMIT, BF16);
    assertThat(results.shareOfLimit(ROTE)).contains(Rounds.of(0.8, 0.8, 0.8));
    assertThat(results.shareOfLimit(BF16)).isEmpty();
    assertThat(results.shareOfLimit(PLAIN)).isEmpty();
  }

  @Test
  void shareOfThePeakIsThatOfTheArithmeticThatIsDone() {
    Peak peak =
        new Peak("a GPU", Map.of(Precision.FLOAT32, 1.0, Precision.TF32, 2.0, Precision.BF16, 8.0));
    Results results = new Results(List.of(PLAIN, ROTE, BF16), Device.CUDA, Optional.of(peak));
    // 0.4 GFLOP an image: 200, 300, 320 images/s are 80, 120, 128 GFLOP/s.
    assertThat(results.shareOfPeak(ROTE)).contains(Rounds.of(0.08, 0.12, 0.128));
    assertThat(results.shareOfPeak(BF16)).contains(Rounds.of(0.015, 0.03, 0.024));
    assertThat(results.shareOfPeak(PLAIN))
        .as("a script's float32 is TF32 in cuDNN")
        .contains(Rounds.of(0.02, 0.04, 0.032));
    assertThat(results.table().get(0)).endsWith("share of peak");
    assertThat(results.table().get(2)).contains("0.120").endsWith("12% (8 to 13)");
    Results unknown = new Results(List.of(PLAIN, ROTE), Device.CUDA, Optional.empty());
    assertThat(unknown.table().get(2)).contains("0.120").endsWith("2.00 (1.50 to 2.00)");
    Results partly =
        new Results(
            List.of(PLAIN, BF16), Device.CUDA, Optional.of(Peak.given(Map.of("bf16", 8.0))));
    assertThat(partly.shareOfPeak(PLAIN)).isEmpty();
    assertThat(partly.shareOfPeak(BF16)).isPresent();
  }

  @Test
  void runsAtOnceAddUpTheirSpeeds() {
    ProcessReport.Result fast = new ProcessReport.Result(7, "libtorch", 10, 2.0, 0.5, 1.0);
    ProcessReport.Result slow = new ProcessReport.Result(7, "libtorch", 6, 3.0, 1.5, 0.6);
    ProcessReport.Result both = ProcessReport.Result.together(List.of(fast, slow));
    assertThat(both.laps() / both.seconds()).isCloseTo(5.0 + 2.0, within(1e-12));
    assertThat(both.measuringSeconds() / both.seconds()).isCloseTo(0.375, within(1e-12));
    assertThat(both.writingSeconds() / both.laps()).isCloseTo(0.1, within(1e-12));
    assertThat(ProcessReport.Result.together(List.of(fast))).isEqualTo(fast);
  }
}

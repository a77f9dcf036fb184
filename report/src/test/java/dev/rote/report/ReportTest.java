package dev.rote.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.rote.analysis.Evidence;
import dev.rote.analysis.MadeUpStudy;
import dev.rote.claim.Thresholds;
import dev.rote.data.Inputs;
import dev.rote.figure.Chart;
import dev.rote.figure.Matrix;
import dev.rote.figure.Series;
import dev.rote.report.figures.Figures;
import dev.rote.run.CompactResults;
import dev.rote.run.Json;
import dev.rote.run.RiskPoint;
import dev.rote.run.StudyDirectory;
import dev.rote.run.TheoryFile;
import dev.rote.study.NetworkName;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ReportTest {
  private static final String NOISE = "symmetric(0.4, exact)";
  private static final String RLL = "rll(alpha=0.1)";

  @TempDir Path temp;

  private MadeUpStudy study() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 10, 5);
    for (long seed = 1; seed <= 2; seed++) {
      for (String loss : List.of("cce", "mse", RLL, "normalized(mse)")) {
        study.run(loss, "none", seed, 0.98, 0.98);
        boolean memorizes = loss.equals("cce") || loss.equals("mse");
        study.run(loss, NOISE, seed, memorizes ? 0.96 : 0.61, memorizes ? 0.62 : 0.9);
      }
    }
    return study;
  }

  private static Chart chart(List<Figure> figures, String name) {
    return (Chart)
        figures.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow().drawing();
  }

  @Test
  void alphasOfRobustLogLossAreDrawnWhereThereAreThree() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 5);
    study.run("rll(alpha=0.01)", NOISE, 1, 0.9, 0.6);
    study.run("rll(alpha=10)", NOISE, 1, 0.3, 0.4);
    study.run("cce", NOISE, 1, 0.95, 0.6);
    assertThat(Figures.of(Evidence.read(List.of(temp)), List.of(), List.of(), List.of()))
        .noneMatch(figure -> figure.name().contains("-alpha-"));
    study.run("rll(alpha=1)", NOISE, 1, 0.6, 0.9);
    Chart chart =
        chart(
            Figures.of(Evidence.read(List.of(temp)), List.of(), List.of(), List.of()),
            "cifar10-mlp-alpha-symmetric_0.4_exact");
    assertThat(chart.series())
        .extracting(s -> s.name())
        .containsExactly("J1", "J2", "test accuracy");
    assertThat(chart.series().get(0).points())
        .extracting(p -> Math.round(p.x()), p -> Math.round(100 * p.y()))
        .containsExactly(tuple(-2L, 90L), tuple(0L, 60L), tuple(1L, 30L));
    assertThat(chart.references().get(0).at()).isEqualTo(0.6);
  }

  @Test
  void sizesOfANetworkAreDrawnAgainstItsParameters() throws IOException {
    List<Path> studies = new ArrayList<>();
    for (int hidden : new int[] {64, 4, 16}) {
      Path out = temp.resolve("hidden-" + hidden);
      studies.add(out);
      NetworkName network = new NetworkName("mlp(hidden=" + hidden + ")");
      MadeUpStudy study = new MadeUpStudy(out, "cifar10", network, 5, 5);
      study.run("cce", "none", 1, 0.99, 0.99);
      study.run("cce", NOISE, 1, 0.4 + 0.005 * hidden, 0.6);
    }
    List<Figure> figures =
        Figures.of(Evidence.read(studies), List.of(), List.of(), List.of()).stream()
            .filter(figure -> figure.name().contains("-capacity-"))
            .toList();
    assertThat(figures)
        .extracting(Figure::name)
        .containsExactly("cifar10-mlp_hidden=64-capacity-cce");
    Chart chart = (Chart) figures.get(0).drawing();
    assertThat(chart.series())
        .extracting(s -> s.name(), s -> s.look().line())
        .containsExactly(
            tuple("η = 0", Series.Line.SOLID),
            tuple("η = 0", Series.Line.DASHED),
            tuple("η = 0.4", Series.Line.SOLID),
            tuple("η = 0.4", Series.Line.DASHED));
    assertThat(chart.series().get(2).points())
        .extracting(p -> Math.round(Math.pow(10, p.x())), p -> Math.round(100 * p.y()))
        .containsExactly(tuple(40L, 42L), tuple(160L, 48L), tuple(640L, 72L));
    assertThat(Figures.of(Evidence.read(studies.subList(0, 2)), List.of(), List.of(), List.of()))
        .noneMatch(figure -> figure.name().contains("-capacity-"));
  }

  @Test
  void criticalSamplesAndAgreementOfSeedsAreDrawnByEpoch() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 4);
    String noise = "fixed(symmetric(0.4, exact))";
    for (int seed = 1; seed <= 2; seed++) {
      int half = seed * 10;
      study.run(
          "cce",
          noise,
          seed,
          new MadeUpStudy.Course() {
            @Override
            public int[] predicted(int epoch, int[] original, int[] observed) {
              int[] predicted = observed.clone();
              if (epoch == 1) {
                Arrays.fill(predicted, half, half + 50, 0);
              }
              return predicted;
            }

            @Override
            public double criticalRatio(int epoch) {
              return 0.1 * epoch * half / 10;
            }
          });
    }
    Path file = temp.resolve("study.json");
    assertThatThrownBy(() -> Report.write(List.of(temp), file, Thresholds.DEFAULT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot write a report to " + file);
    Report.write(List.of(temp), temp, Thresholds.DEFAULT);
    Chart critical =
        chart(
            Figures.of(Evidence.read(List.of(temp)), List.of(), List.of(), List.of()),
            "cifar10-mlp-critical-samples-cce");
    assertThat(critical.series())
        .singleElement()
        .satisfies(
            line ->
                assertThat(line.points())
                    .extracting(p -> Math.round(100 * p.y()))
                    .containsExactly(15L, 30L, 45L, 60L));
    List<List<String>> rows =
        CsvRow.parse(Files.readAllBytes(temp.resolve("curves.csv")), "curves.csv").stream()
            .map(CsvRow::cells)
            .filter(cells -> cells.get(12).startsWith("agreement_"))
            .toList();
    assertThat(rows)
        .as("after epoch 1 both have learned all")
        .extracting(cells -> cells.get(12), cells -> cells.get(13), cells -> cells.get(14))
        .containsExactly(tuple("agreement_clean", "1", "2"), tuple("agreement_altered", "1", "2"));
    assertThat(rows)
        .as("an interval without a deviation over seeds")
        .allSatisfy(
            cells -> {
              double kappa = Double.parseDouble(cells.get(15));
              assertThat(cells.get(16)).isEmpty();
              assertThat(Double.parseDouble(cells.get(17))).isLessThan(kappa);
              assertThat(Double.parseDouble(cells.get(18))).isGreaterThan(kappa);
            });
    assertThat(temp.resolve("figures/cifar10-mlp-agreement-fixed_symmetric_0.4_exact.svg"))
        .content()
        .contains("data-points=\"1.0," + Double.parseDouble(rows.get(0).get(15)));
  }

  @Test
  void compactResultsGiveTheSameReportWithoutSamples() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 5);
    study.run("cce", NOISE, 1, 0.96, 0.62);
    String run = study.run(RLL, NOISE, 1, 0.61, 0.9);
    List<RiskPoint> risks = List.of(new RiskPoint(run, 5, RLL, true, 0.4, 0.5, 1.2, 1.2));
    TheoryFile.writeOwn(temp, risks);
    TheoryFile.writeRates(temp, risks);
    Path first = temp.resolve("first");
    Report.write(List.of(temp), first, Thresholds.DEFAULT);
    Path compact = first.resolve("results");
    Path again = temp.resolve("again");
    Report.write(List.of(compact), again, Thresholds.DEFAULT);
    List<String> files =
        new ArrayList<>(
            List.of("claims.json", "report.md", "means.csv", "means.tex", "curves.csv"));
    try (Stream<Path> figures = Files.list(first.resolve("figures"))) {
      figures.map(file -> "figures/" + file.getFileName()).sorted().forEach(files::add);
    }
    for (String file : List.of("runs.jsonl", "epochs.csv", "theory.csv", "theory-rates.csv")) {
      files.add("results/" + file);
    }
    assertThat(files).hasSizeGreaterThan(8);
    for (String file : files) {
      assertThat(again.resolve(file)).hasSameBinaryContentAs(first.resolve(file));
    }
    assertThat(Files.readString(again.resolve("report.html"))).contains("\"draws\":[]");
    assertThat(Files.readString(compact.resolve("runs.jsonl"))).doesNotContain(temp.toString());
    assertThat(compact.resolve("theory.csv")).hasSameBinaryContentAs(temp.resolve("theory.csv"));
  }

  @Test
  void damagedCompactResultsAreRefusedByName() throws IOException {
    new MadeUpStudy(temp, "cifar10", 2).run("cce", NOISE, 1, 0.96, 0.62);
    Path compact = temp.resolve("compact");
    CompactResults.write(compact, Evidence.read(List.of(temp)).runs());
    Path runs = compact.resolve("runs.jsonl");
    String whole = Files.readString(runs);
    Files.writeString(runs, whole.substring(0, whole.length() - 100));
    assertThatThrownBy(() -> Evidence.read(List.of(compact)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("runs.jsonl line 1 is damaged");
    Files.writeString(runs, whole);
    Path epochs = compact.resolve("epochs.csv");
    String rows = Files.readString(epochs);
    Files.writeString(epochs, rows.substring(0, rows.indexOf('\n') + 1));
    assertThatThrownBy(() -> Evidence.read(List.of(compact)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no epoch in epochs.csv");
    Files.delete(epochs);
    assertThatThrownBy(() -> Evidence.read(List.of(compact)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("epochs.csv is missing");
  }

  @Test
  void thePapersFiguresComeOfWhateverRunsThereAre() throws IOException {
    study();
    List<Figure> figures =
        Figures.of(Evidence.read(List.of(temp)), List.of(), List.of(), List.of());
    assertThat(figures)
        .extracting(Figure::name)
        .containsExactly(
            "cifar10-mlp-j1-j2-symmetric_0.4_exact",
            "cifar10-mlp-j1-cce-mse",
            "cifar10-mlp-j1-rll_alpha=0.1",
            "cifar10-mlp-j1-normalized-mse",
            "cifar10-mlp-altered-symmetric_0.4_exact",
            "cifar10-mlp-resistance",
            "cifar10-mlp-noise-rate");
    // Figure 1 of the paper: two losses, a line for each of two noise rates, ten epochs.
    Chart first = chart(figures, "cifar10-mlp-j1-cce-mse");
    assertThat(first.series())
        .extracting(s -> s.name())
        .containsExactlyInAnyOrder("cce, η = 0", "cce, η = 0.4", "mse, η = 0", "mse, η = 0.4");
    assertThat(first.series()).allSatisfy(s -> assertThat(s.points()).hasSize(10));
    assertThat(first.y().min()).isZero();
    assertThat(first.y().max()).isEqualTo(1);
    // Figure 3: RLL with the line 1−η.
    Chart third = chart(figures, "cifar10-mlp-j1-rll_alpha=0.1");
    assertThat(third.references()).hasSize(1);
    assertThat(third.references().get(0).at()).isEqualTo(0.6);
    // Figure 5: J1 and J2 of four losses; RLL ends at 0.61 and 0.9.
    Chart fifth = chart(figures, "cifar10-mlp-j1-j2-symmetric_0.4_exact");
    assertThat(fifth.series()).hasSize(8);
    assertThat(fifth.series())
        .filteredOn(s -> s.name().equals(RLL))
        .extracting(s -> Math.round(100 * s.points().get(9).y()))
        .containsExactly(61L, 90L);
    Matrix resistance =
        (Matrix)
            figures.stream()
                .filter(f -> f.name().endsWith("resistance"))
                .findFirst()
                .orElseThrow()
                .drawing();
    assertThat(resistance.rows().names()).containsExactly("cce", "mse", RLL, "normalized(mse)");
    assertThat(resistance.cells().get(0).get(0).text()).startsWith("0.360");
    assertThat(resistance.cells().get(2).get(0).text()).startsWith("0.080");
  }

  /** Conditions that differ only in their learning rate are told apart in every table. */
  @Test
  void twoLearningRatesOfALossAreTwoRows() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 10, 5);
    study.run(RLL, NOISE, 1, 0.60, 0.9);
    study.atRate(0.03).run(RLL, NOISE, 2, 0.70, 0.9);
    Report.write(List.of(temp), temp, Thresholds.DEFAULT);
    assertThat(Files.readAllLines(temp.resolve("means.csv")))
        .filteredOn(line -> line.contains(",j1,"))
        .hasSize(2)
        .anyMatch(line -> line.contains("sgd(rate=0.1,") && line.contains(",0.6"))
        .anyMatch(line -> line.contains("sgd(rate=0.03,") && line.contains(",0.7"));
    assertThat(temp.resolve("means.tex"))
        .content()
        .contains("rll(alpha=0.1) at rate 0.1}", "rll(alpha=0.1) at rate 0.03}");
    assertThat(temp.resolve("report.md"))
        .content()
        .contains("rll(alpha=0.1) at rate 0.1 |", "rll(alpha=0.1) at rate 0.03 |");
  }

  /** t(2, 97.5%) = 4.3027, so 0.62 ± 4.3027 · 0.02 / √3. */
  @Test
  void meansOverSeedsAreWrittenForOtherPrograms() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 10, 5);
    study.run(RLL, NOISE, 1, 0.60, 0.9);
    study.run(RLL, NOISE, 2, 0.62, 0.9);
    study.run(RLL, NOISE, 3, 0.64, 0.9);
    Report.write(List.of(temp), temp, Thresholds.DEFAULT);
    List<CsvRow> means =
        CsvRow.parse(Files.readAllBytes(temp.resolve("means.csv")), "means.csv").stream()
            .filter(row -> row.cells().get(12).matches("measure|j1"))
            .toList();
    assertThat(means).hasSize(2);
    assertThat(means.get(0).cells())
        .containsExactly(
            "dataset",
            "images",
            "network",
            "epochs",
            "precision",
            "inputs",
            "loss",
            "noise",
            "setting",
            "optimizer",
            "schedule",
            "batch",
            "measure",
            "seeds",
            "left_out",
            "mean",
            "sd",
            "low",
            "high");
    List<String> j1 = means.get(1).cells();
    assertThat(j1.subList(5, 15))
        .containsExactly(
            "none",
            RLL,
            NOISE,
            "mlp on cifar10 (100 images, 10 epochs)",
            "sgd(rate=0.1, momentum=0.9, weight-decay=0)",
            "constant",
            "10",
            "j1",
            "3",
            "0");
    assertThat(Double.parseDouble(j1.get(15))).isCloseTo(0.62, within(1e-6));
    assertThat(Double.parseDouble(j1.get(16))).isCloseTo(0.02, within(1e-6));
    assertThat(Double.parseDouble(j1.get(17))).isCloseTo(0.57032, within(1e-5));
    assertThat(Double.parseDouble(j1.get(18))).isCloseTo(0.66968, within(1e-5));
    assertThat(temp.resolve("means.tex"))
        .content()
        .contains("\\texttt{rll(alpha=0.1)} & 3 & $0.620 \\pm 0.020$ & $0.900 \\pm 0.000$");
    assertThat(Files.readAllLines(temp.resolve("curves.csv")))
        .filteredOn(line -> line.contains(",j1,"))
        .hasSize(10);
  }

  /** J2 differs by .30, .29, .30: mean .2967, s = .00577, half-width 4.3027 · s / √3 = .0143. */
  @Test
  void lossesAreComparedSeedBySeed() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 10, 5);
    double[] cce = {0.60, 0.61, 0.62};
    double[] rll = {0.90, 0.90, 0.92};
    for (int seed = 1; seed <= 3; seed++) {
      study.run("cce", NOISE, seed, 1, cce[seed - 1]);
      study.run(RLL, NOISE, seed, 0.6, rll[seed - 1]);
    }
    study.run(Inputs.GAUSSIAN, "cce", NOISE, 1, 1);
    study.run(Inputs.GAUSSIAN, "cce", NOISE, 2, 0.5);
    study.run(Inputs.GAUSSIAN, RLL, NOISE, 1, 0.9);
    study.run(Inputs.GAUSSIAN, RLL, NOISE, 2, 0.2);
    Path out = temp.resolve("report");
    Path page = Report.write(List.of(temp), out, Thresholds.DEFAULT).page();
    assertThat(page).content().contains(RLL + " − cce", "0.297 [0.282, 0.311]", "-0.400");
    // −0.1 and −0.3: Student's interval, ± 12.7 · 0.1, is cut to what a difference can be.
    assertThat(out.resolve("report.md"))
        .content()
        .containsPattern(
            "Differences between losses: mlp on cifar10 \\(gaussian[^|]*\\|[^*]*"
                + "\\| -0\\.200 \\[-1\\.000, 1\\.000\\]");
  }

  /** R^η = Cη/9 + (1 − 10η/9)·R: for MAE, C = 18. */
  @Test
  void risksComeAsNetworksAtEachRateBesideTheTheoremsLine() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 10, 5);
    List<RiskPoint> points = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      String run = study.run("mae", "none", seed, 0.98, 0.98);
      for (double rate : new double[] {0.18, 0.45}) {
        double onLine = 2 * rate + (1 - 10 * rate / 9) * seed;
        points.add(new RiskPoint(run, 10, "mae", true, rate, seed, onLine, onLine));
        points.add(new RiskPoint(run, 10, "cce", false, rate, seed, 5 - seed, onLine));
      }
    }
    points.add(new RiskPoint("of another study", 10, "mae", true, 0.3, 99, 99, 99));
    TheoryFile.writeRates(temp, points);
    List<Figure> figures =
        Figures.of(
            Evidence.read(List.of(temp)),
            TheoryFile.readRates(List.of(temp)),
            List.of(),
            List.of());
    Chart mae = chart(figures, "cifar10-mlp-risk-mae");
    assertThat(mae.series())
        .extracting(s -> s.name())
        .containsExactly("networks at η = 0.18", "networks at η = 0.45");
    assertThat(mae.series()).allSatisfy(s -> assertThat(s.points()).hasSize(3));
    assertThat(mae.references())
        .satisfiesExactly(
            line -> {
              assertThat(line.label()).isEqualTo("η = 0.18");
              assertThat(line.at()).isCloseTo(0.36, within(1e-12));
              assertThat(line.slope()).isCloseTo(0.8, within(1e-12));
            },
            line -> {
              assertThat(line.at()).isCloseTo(0.9, within(1e-12));
              assertThat(line.slope()).isCloseTo(0.5, within(1e-12));
            });
    assertThat(mae.x().max()).isBetween(3.0, 4.0);
    assertThat(mae.y().max()).isGreaterThanOrEqualTo(0.36 + 0.8 * mae.x().max() - 1e-9);
    assertThat(figures)
        .filteredOn(figure -> figure.name().endsWith("risk-cce"))
        .singleElement()
        .satisfies(figure -> assertThat(figure.caption()).contains("-1.000 at η = 0.18"));
  }

  @Test
  void everythingIsWrittenAndThePageStandsAlone() throws IOException {
    study().run("mae", NOISE, 1, 0.5, 0.6, 4, true);
    Path out = temp.resolve("report");
    Report.Written written = Report.write(List.of(temp), out, Thresholds.DEFAULT);
    assertThat(out.resolve("claims.json")).exists();
    for (String end : List.of(".svg", ".png", "-dark.svg", "-dark.png")) {
      assertThat(out.resolve("figures/cifar10-mlp-j1-cce-mse" + end)).isNotEmptyFile();
    }
    String page = Files.readString(written.page());
    assertThat(page)
        .contains("default-src 'none'")
        .doesNotContain("@import", "<link rel=\"stylesheet\"", "src=\"/", "src=\"http");
    assertThat(page).contains("4 of 10 epochs done").contains("not begun");
    assertThat(page)
        .contains("--loss 'normalized(mse)'")
        .contains("--noise 'symmetric(0.4, exact)'");
    assertThat(written.gaps()).isNotEmpty();
    // A number of the table is the number of summary.csv and of the claim.
    assertThat(page).contains("\"j1\":0.96,");
  }

  @Test
  void theSameNumbersInEveryPlace() throws IOException {
    study();
    Report.write(List.of(temp), temp, Thresholds.DEFAULT);
    String claims = Files.readString(temp.resolve("claims.json"));
    String page = Files.readString(temp.resolve("report.html"));
    String svg = Files.readString(temp.resolve("figures/cifar10-mlp-j1-rll_alpha=0.1.svg"));
    double claimed =
        Json.MAPPER.readTree(claims).get(0).get("figures").get(0).at("/value/mean").asDouble();
    assertThat(claimed).isEqualTo(0.98);
    assertThat(page).contains("\"0.980 [0.980, 0.980]\"");
    String tag = "<script type=\"application/json\" id=\"data\">";
    int start = page.indexOf(tag) + tag.length();
    JsonNode data = Json.MAPPER.readTree(page.substring(start, page.indexOf("</script>", start)));
    assertThat(data.at("/model/findings/verdicts/0/figures/0/value/mean").asDouble())
        .isEqualTo(claimed);
    List<String> rows = Files.readAllLines(summary());
    List<String> shown = new ArrayList<>();
    data.at("/model/overview/runs")
        .forEach(
            run ->
                shown.add(
                    run.get("id").asString()
                        + ","
                        + run.at("/last/j1").asDouble()
                        + ","
                        + run.at("/last/j2").asDouble()
                        + ","
                        + run.get("best_test").asDouble()));
    List<CsvRow> table = CsvRow.parse(Files.readAllBytes(summary()), "summary.csv");
    List<String> header = table.get(0).cells();
    assertThat(shown)
        .containsExactlyInAnyOrderElementsOf(
            table.stream()
                .skip(1)
                .map(CsvRow::cells)
                .map(
                    c ->
                        c.get(0)
                            + ","
                            + Double.parseDouble(c.get(header.indexOf("j1")))
                            + ","
                            + Double.parseDouble(c.get(header.indexOf("j2")))
                            + ","
                            + Double.parseDouble(c.get(header.indexOf("best_test"))))
                .toList());
    assertThat(rows).hasSize(shown.size() + 1);
    assertThat(svg).contains("10.0,0.61\"");
  }

  @Test
  void everyRunIsShownWithItsOwnStudy() throws IOException {
    List<Path> studies = List.of(temp.resolve("first"), temp.resolve("second"));
    new MadeUpStudy(studies.get(0), "cifar10", 4).run("cce", NOISE, 1, 0.9, 0.6);
    new MadeUpStudy(studies.get(1), "mnist", 4).run("mse", NOISE, 1, 0.9, 0.6);
    Report.write(studies, temp.resolve("report"), Thresholds.DEFAULT);
    String page = Files.readString(temp.resolve("report/report.html"));
    String tag = "<script type=\"application/json\" id=\"data\">";
    int start = page.indexOf(tag) + tag.length();
    JsonNode data = Json.MAPPER.readTree(page.substring(start, page.indexOf("</script>", start)));
    List<String> shown = new ArrayList<>();
    data.at("/model/overview/runs")
        .forEach(
            run -> shown.add(run.get("study").asString() + " " + run.get("dataset").asString()));
    assertThat(shown).containsExactlyInAnyOrder("first cifar10", "second mnist");
  }

  private Path summary() throws IOException {
    StudyDirectory.Identity identity = StudyDirectory.identity(temp).orElseThrow();
    try (StudyDirectory study = StudyDirectory.open(temp, identity, 0)) {
      study.summarize();
      return temp.resolve(StudyDirectory.SUMMARY);
    }
  }

  @Test
  void nothingToReportIsSaidPlainly() throws IOException {
    new MadeUpStudy(temp, "cifar10", 10);
    assertThatThrownBy(() -> Report.write(List.of(temp), temp, Thresholds.DEFAULT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nothing to report");
    assertThat(temp.resolve("report.html")).doesNotExist();
  }

  @Test
  void aLargeStudyIsReportedInTime() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 50);
    for (long seed = 1; seed <= 3; seed++) {
      for (String loss : List.of("cce", "mse", RLL, "normalized(mse)")) {
        study.run(loss, NOISE, seed, 0.9, 0.7);
      }
    }
    long start = System.nanoTime();
    Report.write(List.of(temp), temp, Thresholds.DEFAULT);
    assertThat((System.nanoTime() - start) / 1e9).isLessThan(30);
  }
}

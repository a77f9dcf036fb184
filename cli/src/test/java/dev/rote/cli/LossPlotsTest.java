package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.figure.Chart;
import dev.rote.figure.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossPlotsTest {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?(E-?\\d+)?");

  private static Series series(List<LossPlots.Plot> plots, String plot, String loss) {
    Chart chart =
        plots.stream().filter(p -> p.name().equals(plot)).findFirst().orElseThrow().chart();
    return chart.series().stream().filter(s -> s.name().equals(loss)).findFirst().orElseThrow();
  }

  private static void assertFollows(Series series, DoubleUnaryOperator expected) {
    assertThat(series.points()).hasSizeGreaterThan(50);
    for (Series.Point point : series.points()) {
      assertThat(point.y())
          .as("%s at %f", series.name(), point.x())
          .isCloseTo(expected.applyAsDouble(point.x()), within(1e-4));
    }
  }

  @Test
  void lossesFallByOneFromAUniformSoftmaxAndPullsAreScaledAlike() {
    List<LossPlots.Plot> plots = LossPlots.all();
    // −log p falls by log 9.9 from p = 0.1 to 0.99, and 2(1 − p) by 1.78.
    double logarithm = Math.log(9.9);
    assertFollows(series(plots, "losses-rll", "cce"), p -> Math.log(0.99 / p) / logarithm);
    assertFollows(series(plots, "losses-rll-pull", "cce"), p -> (1 - p) / logarithm);
    assertFollows(series(plots, "losses-rll", "mae"), p -> 2 * (0.99 - p) / 1.78);
    assertFollows(series(plots, "losses-rll-pull", "mae"), p -> 2 * p * (1 - p) / 1.78);
    for (LossPlots.Plot plot : plots) {
      assertThat(plot.chart().series())
          .as(plot.name())
          .allSatisfy(series -> assertThat(series.points()).isNotEmpty());
    }
  }

  /** The same drawing, but for the last digits, which differ between processors. */
  private static void assertAlike(String there, String here) {
    String why = "docs/figures is written by './rote losses --plots docs/figures'";
    assertThat(NUMBER.matcher(there).replaceAll("#"))
        .as(why)
        .isEqualTo(NUMBER.matcher(here).replaceAll("#"));
    assertThat(numbers(there))
        .as(why)
        .usingComparatorForType((a, b) -> Math.abs(a - b) < 0.1 ? 0 : 1, Double.class)
        .containsExactlyElementsOf(numbers(here));
  }

  private static List<Double> numbers(String text) {
    return NUMBER.matcher(text).results().map(found -> Double.valueOf(found.group())).toList();
  }

  @Test
  void theDocumentationShowsEveryChartAndNoOther(@TempDir Path temp) throws IOException {
    assertThat(LossPlots.write(temp)).isEqualTo(14);
    Path docs = Path.of("..", "docs");
    String page = Files.readString(docs.resolve("losses.md"));
    for (LossPlots.Plot plot : LossPlots.all()) {
      String file = plot.name() + ".svg";
      assertThat(page).contains("(figures/" + file + ")");
      assertAlike(
          Files.readString(docs.resolve("figures").resolve(file)),
          Files.readString(temp.resolve(file)));
    }
  }
}

package dev.rote.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.analysis.Evidence;
import dev.rote.claim.Thresholds;
import dev.rote.figure.Theme;
import dev.rote.report.figures.Figures;
import dev.rote.report.page.PageModel;
import dev.rote.report.page.SeenRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables and figures of docs/replication.md are what the committed results say. */
class PublishedResultsTest {
  private static final Path DOCS = Path.of("../docs");

  private static final Pattern FIGURE = Pattern.compile("src=\"results/[^/]+/([^\"]+)\\.svg\"");

  static List<Path> results() throws IOException {
    try (Stream<Path> directories = Files.list(DOCS.resolve("results"))) {
      return directories.filter(d -> Files.exists(d.resolve("runs.jsonl"))).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("results")
  void thePageShowsTheTablesOfItsResults(Path results) throws IOException {
    Evidence evidence = Evidence.read(List.of(results));
    PageModel model =
        PageModel.of(evidence, List.of(), new SeenRuns(List.of(), Map.of()), Thresholds.DEFAULT, 0);
    String section = section(results.getFileName().toString());
    assertThat(section).contains(MarkdownTables.of(model.findings()));
    List<Figure> drawings = Figures.of(evidence, List.of(), List.of(), List.of());
    Matcher figure = FIGURE.matcher(section);
    int figures = 0;
    while (figure.find()) {
      String name = figure.group(1);
      Figure drawn = drawings.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
      assertThat(results.resolve(name + ".svg")).hasContent(drawn.drawing().svg(Theme.LIGHT));
      assertThat(results.resolve(name + "-dark.svg")).hasContent(drawn.drawing().svg(Theme.DARK));
      figures++;
    }
    assertThat(figures).isPositive();
  }

  /** Returns the part of the page between the comments that bear the name of the results. */
  private static String section(String name) throws IOException {
    String page = Files.readString(DOCS.resolve("replication.md"));
    String begin = "<!-- results/" + name + " -->";
    assertThat(page).contains(begin);
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf("<!-- results/", from);
    return page.substring(from, to < 0 ? page.length() : to);
  }
}

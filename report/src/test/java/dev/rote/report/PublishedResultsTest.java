package dev.rote.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.claim.Thresholds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables and figures of docs/replication.md are what the committed results say. */
class PublishedResultsTest {
  private static final Path DOCS = Path.of("../docs");

  private static final Pattern FIGURE = Pattern.compile("src=\"results/[^/]+/([^\"]+)\\.svg\"");

  @TempDir Path temp;

  static List<Path> results() throws IOException {
    try (Stream<Path> directories = Files.list(DOCS.resolve("results"))) {
      return directories.filter(d -> Files.exists(d.resolve("runs.jsonl"))).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("results")
  void thePageShowsTheTablesOfItsResults(Path results) throws IOException {
    Report.write(List.of(results), temp, Thresholds.DEFAULT);
    String section = section(results.getFileName().toString());
    assertThat(section).contains(Files.readString(temp.resolve("report.md")));
    Matcher figure = FIGURE.matcher(section);
    int figures = 0;
    while (figure.find()) {
      for (String file : List.of(figure.group(1) + ".svg", figure.group(1) + "-dark.svg")) {
        assertThat(results.resolve(file))
            .hasSameTextualContentAs(temp.resolve("figures").resolve(file));
      }
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

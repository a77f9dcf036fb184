package dev.rote.report;

import dev.rote.report.audit.FactTable;
import dev.rote.report.page.PageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.text.WordUtils;

/** The results of a report as Markdown, for a repository or an issue: {@code report.md}. */
final class MarkdownTables {
  private static final int WIDTH = 120;

  private MarkdownTables() {}

  /** Returns verdicts, tables and gaps. */
  static String of(PageModel.Findings findings) {
    List<String> parts = new ArrayList<>();
    parts.add(
        table(
            List.of("claim", "verdict", "numbers"),
            findings.verdicts().stream()
                .map(
                    claim ->
                        List.of(
                            claim.number() + " " + claim.claim(),
                            claim.verdict().toString(),
                            claim.summary()))
                .toList()));
    for (FactTable table : findings.tables()) {
      parts.add("**" + table.heading() + "**\n\n" + table(table.columns(), table.rows()));
      parts.add(WordUtils.wrap(table.caption(), WIDTH, "\n", false) + "\n");
    }
    if (!findings.gaps().isEmpty()) {
      parts.add(
          findings.gaps().stream()
              .map(gap -> "* " + gap + "\n")
              .collect(Collectors.joining("", "What is missing:\n\n", "")));
    }
    return String.join("\n", parts);
  }

  private static String table(List<String> columns, List<List<String>> rows) {
    StringBuilder text = new StringBuilder(line(columns));
    text.append(line(columns.stream().map(column -> "---").toList()));
    rows.forEach(row -> text.append(line(row)));
    return text.toString();
  }

  private static String line(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|").replace("*", "\\*"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}

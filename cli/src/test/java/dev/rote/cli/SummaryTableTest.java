package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SummaryTableTest {
  private static SummaryTable.Row row(String loss, String noise, String remark) {
    return new SummaryTable.Row(
        Map.ofEntries(
            Map.entry("loss", loss),
            Map.entry("noise", noise),
            Map.entry("inputs", "none"),
            Map.entry("seed", "1"),
            Map.entry("epochs", "15"),
            Map.entry("J1", "0.612"),
            Map.entry("J2", "0.981"),
            Map.entry("memorized", "0.039"),
            Map.entry("corrected", "0.952"),
            Map.entry("test", "0.987"),
            Map.entry("flip", "–"),
            Map.entry("time", "17 s")),
        remark);
  }

  private static final List<SummaryTable.Row> ROWS =
      List.of(
          row("cce", "none", ""),
          row("normalized(truncated-gce)", "symmetric(0.4, exact)", ""),
          row("rll(alpha=0.1)", "symmetric(0.4)", "did not fit: 1 of 10 classes predicted"));

  @ParameterizedTest
  @ValueSource(ints = {40, 60, 80, 100, 200})
  void noLineIsWiderThanTheTerminal(int width) {
    List<String> lines = SummaryTable.lines(ROWS, width);
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
    assertThat(lines.get(0)).contains("loss", "noise", "J1", "J2");
    assertThat(String.join(" ", lines).replaceAll(" +", " "))
        .contains("did not fit: 1 of 10 classes predicted");
  }

  @Test
  void numbersHaveADecimalPointInEveryLocale() {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    try {
      Locale.setDefault(Locale.Category.FORMAT, Locale.GERMANY);
      Main.commandLine();
      assertThat(SummaryTable.fraction(0.5)).isEqualTo("0.500");
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }

  @Test
  void aWideTerminalShowsEverything() {
    List<String> lines = SummaryTable.lines(ROWS, 200);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0))
        .containsSubsequence(
            "loss", "noise", "seed", "epochs", "memorized", "corrected", "test", "flip", "time");
    assertThat(lines.get(2)).startsWith("normalized(truncated-gce)  symmetric(0.4, exact)     1");
  }

  @Test
  void eightyColumnsKeepTheMemorizedShareOfTheQuickStudy() {
    List<String> lines =
        SummaryTable.lines(List.of(row("normalized(mse)", "symmetric(0.4)", ""), ROWS.get(0)), 80);
    assertThat(lines.get(0)).contains("memorized", "test");
    assertThat(lines.get(1)).contains("normalized(mse)", "symmetric(0.4)");
  }
}

package dev.rote.figure;

import java.util.List;

/**
 * Colours of a chart. Series take theirs in order; all of them can be told apart by people who are
 * colour-blind (Okabe and Ito 2008), and dashes and markers tell them apart without colour.
 *
 * @param ink text and axes
 * @param faint grid
 * @param paper background
 * @param series colours of series
 * @param low a matrix' colour for the lower end
 * @param high a matrix' colour for the upper end
 */
public record Theme(
    String ink, String faint, String paper, List<String> series, String low, String high) {

  /** For paper and light pages. */
  public static final Theme LIGHT =
      new Theme(
          "#222222",
          "#dddddd",
          "#ffffff",
          List.of(
              "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b38600", "#3a9bd1", "#5c4b8a",
              "#444444"),
          "#e8f1f8",
          "#0072b2");

  /** For dark pages. */
  public static final Theme DARK =
      new Theme(
          "#e6e6e6",
          "#3d434b",
          "#16191d",
          List.of(
              "#56b4e9", "#f08c4a", "#2cc295", "#e59ac4", "#e6b422", "#9ad4f5", "#b3a1e6",
              "#c8c8c8"),
          "#20303c",
          "#56b4e9");

  /**
   * For a page that sets the colours {@code --ink}, {@code --faint}, {@code --series-1} … itself.
   */
  public static final Theme PAGE =
      new Theme(
          "var(--ink)",
          "var(--faint)",
          "none",
          List.of(
              "var(--series-1)",
              "var(--series-2)",
              "var(--series-3)",
              "var(--series-4)",
              "var(--series-5)",
              "var(--series-6)",
              "var(--series-7)",
              "var(--series-8)"),
          "var(--low)",
          "var(--high)");

  String color(int index) {
    return series.get(Math.floorMod(index, series.size()));
  }
}

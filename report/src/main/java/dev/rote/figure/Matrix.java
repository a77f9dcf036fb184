package dev.rote.figure;

import java.util.List;
import java.util.Locale;

/**
 * Numbers in rows and columns, darker where they are larger.
 *
 * <p>Every cell is a {@code g.cell} with {@code data-row}, {@code data-column} and {@code
 * data-value}.
 *
 * @param cells row by row
 * @param low the value of the lightest colour
 * @param high the value of the darkest
 */
public record Matrix(
    String title,
    String description,
    Headings rows,
    Headings columns,
    List<List<Cell>> cells,
    double low,
    double high)
    implements Drawing {
  private static final double LETTER_WIDTH = 6.4;
  private static final double CELL_HEIGHT = 34;
  private static final double CELL_WIDTH = 74;
  private static final double TOP = 64;

  /**
   * The labels beside the rows or above the columns.
   *
   * @param label what they are
   * @param names from top to bottom, or from left to right
   */
  public record Headings(String label, List<String> names) {}

  /**
   * A number and its text.
   *
   * @param value NaN leaves the cell without colour
   * @param text its text; a second line after a line break is smaller
   */
  public record Cell(double value, String text) {}

  @Override
  public String svg(Theme theme) {
    double left =
        26
            + LETTER_WIDTH
                * Math.max(
                    rows.label().length(),
                    rows.names().stream().mapToInt(String::length).max().orElse(0));
    double width = Math.max(400, left + columns.names().size() * CELL_WIDTH + 10);
    double height = TOP + rows.names().size() * CELL_HEIGHT + 12;
    Svg svg = Frame.open(this, width, height, theme);
    String ink = "fill:" + theme.ink();
    double across = left + columns.names().size() * CELL_WIDTH / 2;
    text(svg, columns.label(), across, 38.0, "middle", ink);
    text(svg, rows.label(), left - 10, 38.0, "end", "font-style:italic;" + ink);
    for (int c = 0; c < columns.names().size(); c++) {
      text(svg, columns.names().get(c), left + (c + 0.5) * CELL_WIDTH, 56.0, "middle", ink);
    }
    for (int r = 0; r < rows.names().size(); r++) {
      double y = TOP + r * CELL_HEIGHT;
      svg.element(
          "text",
          rows.names().get(r),
          "x",
          left - 10,
          "y",
          y + 21,
          "text-anchor",
          "end",
          "style",
          ink);
      for (int c = 0; c < columns.names().size(); c++) {
        cell(cells.get(r).get(c), r, c, left + c * CELL_WIDTH, y, svg, theme);
      }
    }
    return svg.close("svg").toString();
  }

  private void cell(Cell cell, int row, int column, double x, double y, Svg svg, Theme theme) {
    svg.open(
        "g",
        "class",
        "cell",
        "data-row",
        rows.names().get(row),
        "data-column",
        columns.names().get(column),
        "data-value",
        "" + cell.value());
    String box = "stroke-width:1;stroke:" + theme.faint() + ";fill:";
    if (Double.isFinite(cell.value())) {
      double share = Math.max(0, Math.min(1, (cell.value() - low) / (high - low)));
      box(svg, x, y, box + theme.low());
      String opacity = String.format(Locale.ROOT, "%.2f", 0.6 * share);
      box(svg, x, y, "stroke:none;opacity:" + opacity + ";fill:" + theme.high());
    } else {
      box(svg, x, y, box + "none");
    }
    String[] lines = cell.text().split("\n", 2);
    double middle = x + CELL_WIDTH / 2;
    text(svg, lines[0], middle, y + (lines.length == 1 ? 21 : 16), "middle", "fill:" + theme.ink());
    if (lines.length > 1) {
      text(svg, lines[1], middle, y + 28, "middle", "font-size:9.5px;fill:" + theme.ink());
    }
    svg.close("g");
  }

  private static void box(Svg svg, double x, double y, String style) {
    svg.empty("rect", "x", x, "y", y, "width", CELL_WIDTH, "height", CELL_HEIGHT, "style", style);
  }

  private static void text(Svg svg, String text, double x, double y, String anchor, String style) {
    svg.element("text", text, "x", x, "y", y, "text-anchor", anchor, "style", style);
  }
}

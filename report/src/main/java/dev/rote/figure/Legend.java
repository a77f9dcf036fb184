package dev.rote.figure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A chart's legend: rows of entries below the plot. */
record Legend(List<List<Entry>> rows) {
  private static final double LETTER_WIDTH = 6.9;
  private static final double ROW = 18;
  private static final double KEY = 34;

  /** What the legend explains: a colour and marker, or a kind of line. */
  record Entry(String text, Series.Look look, boolean kindOnly) {
    double width() {
      return KEY + text.length() * LETTER_WIDTH + 12;
    }
  }

  /**
   * Makes a legend.
   *
   * @param lines what kinds of lines mean, if series of one name have several; else empty
   * @param width width to fill
   */
  static Legend of(List<Series> series, Map<Series.Line, String> lines, double width) {
    return new Legend(rows(series, lines, width));
  }

  double height() {
    return rows.size() * ROW;
  }

  /** Returns as many entries in a row as fit; kinds of lines in a row of their own. */
  private static List<List<Entry>> rows(
      List<Series> series, Map<Series.Line, String> lines, double width) {
    Map<String, Entry> names = new LinkedHashMap<>();
    for (Series one : series) {
      Series.Line line =
          lines.isEmpty() || one.look().line() == Series.Line.NONE
              ? one.look().line()
              : Series.Line.SOLID;
      names.putIfAbsent(
          one.name(), new Entry(one.name(), new Series.Look(one.look().color(), line), false));
    }
    List<List<Entry>> rows = new ArrayList<>();
    fill(rows, List.copyOf(names.values()), width);
    List<Entry> kinds = new ArrayList<>();
    lines.forEach((line, text) -> kinds.add(new Entry(text, new Series.Look(0, line), true)));
    fill(rows, kinds, width);
    return rows;
  }

  private static void fill(List<List<Entry>> rows, List<Entry> entries, double width) {
    double used = Double.POSITIVE_INFINITY;
    for (Entry entry : entries) {
      if (used + entry.width() > width) {
        rows.add(new ArrayList<>());
        used = 0;
      }
      rows.get(rows.size() - 1).add(entry);
      used += entry.width();
    }
  }

  /** Draws the entries below {@code top}. */
  void draw(double top, Svg svg, Theme theme) {
    svg.open("g", "class", "legend");
    for (int row = 0; row < rows.size(); row++) {
      double left = 12;
      double y = top + row * ROW + 10;
      for (Entry entry : rows.get(row)) {
        String color = entry.kindOnly() ? theme.ink() : theme.color(entry.look().color());
        if (entry.look().line() != Series.Line.NONE) {
          String path = "M" + Svg.number(left) + " " + Svg.number(y - 4) + "h28";
          svg.empty("path", "d", path, "style", Stroke.of(entry.look(), color));
        }
        if (!entry.kindOnly()) {
          Stroke.marker(entry.look().color(), left + 14, y - 4, color, svg);
        }
        svg.element("text", entry.text(), "x", left + KEY, "y", y, "style", "fill:" + theme.ink());
        left += entry.width();
      }
    }
    svg.close("g");
  }
}

package dev.rote.figure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Series over two axes, with a legend below the plot, where it covers nothing.
 *
 * <p>Drawn 400 units wide with letters of 12, so that it can be read at the width of a paper column
 * (85 mm). Every series is a group {@code g.series} with its name and points in {@code data-name}
 * and {@code data-points}; every axis one with {@code data-label}, {@code data-min} and {@code
 * data-max}.
 *
 * @param title heading
 * @param description what is to be seen, for people who cannot see it
 * @param lines what kinds of lines mean, if series of one name have several; else empty
 * @param references lines that series are held against
 */
public record Chart(
    String title,
    String description,
    Axis x,
    Axis y,
    List<Series> series,
    Map<Series.Line, String> lines,
    List<Reference> references)
    implements Drawing {
  private static final double WIDTH = 400;
  private static final double LEFT = 52;
  private static final double MARGIN = 14;
  private static final double REFERENCE_MARGIN = 66;
  private static final double TOP = 30;
  private static final double PLOT_HEIGHT = 210;
  private static final double LETTER = 12;
  private static final double LETTER_WIDTH = 6.9;
  private static final double LEGEND_ROW = 18;
  private static final double LEGEND_KEY = 34;
  private static final int MOST_MARKERS = 8;

  /**
   * A straight line, y = {@code at} + {@code slope}·x.
   *
   * @param label what it stands for; empty for none
   */
  public record Reference(String label, double at, double slope) {
    /** A horizontal line. */
    public Reference(String label, double at) {
      this(label, at, 0);
    }
  }

  public Chart {
    series = List.copyOf(series);
    lines = Collections.unmodifiableMap(new LinkedHashMap<>(lines));
    references = List.copyOf(references);
  }

  @Override
  public String svg(Theme theme) {
    List<List<Entry>> legend = legendRows();
    double legendTop = TOP + PLOT_HEIGHT + 44;
    double height = legendTop + legend.size() * LEGEND_ROW + 6;
    Svg svg = new Svg();
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + Svg.number(WIDTH) + " " + Svg.number(height),
        "width",
        WIDTH,
        "height",
        height,
        "role",
        "img",
        "aria-label",
        title + ". " + description,
        "style",
        "font-family:sans-serif;font-size:" + Svg.number(LETTER) + "px");
    svg.element("title", title).element("desc", description);
    if (!theme.paper().equals("none")) {
      svg.empty("rect", "width", WIDTH, "height", height, "style", "fill:" + theme.paper());
    }
    svg.element(
        "text", title, "x", 12.0, "y", 18.0, "style", "font-weight:bold;fill:" + theme.ink());
    axes(svg, theme);
    references.forEach(reference -> draw(reference, svg, theme));
    for (int i = 0; i < series.size(); i++) {
      draw(series.get(i), i, svg, theme);
    }
    legend(legend, legendTop, svg, theme);
    return svg.close("svg").toString();
  }

  /** Labels of references stand to the right of the plot, where they cover no line. */
  private double right() {
    return references.stream().allMatch(reference -> reference.label().isEmpty())
        ? MARGIN
        : REFERENCE_MARGIN;
  }

  private double px(double value) {
    return LEFT + (value - x.min()) / (x.max() - x.min()) * (WIDTH - LEFT - right());
  }

  private double py(double value) {
    double clipped = Math.max(y.min(), Math.min(y.max(), value));
    return TOP + (y.max() - clipped) / (y.max() - y.min()) * PLOT_HEIGHT;
  }

  private void axes(Svg svg, Theme theme) {
    double bottom = TOP + PLOT_HEIGHT;
    String grid = "stroke:" + theme.faint() + ";stroke-width:1";
    String text = "fill:" + theme.ink();
    svg.open(
        "g",
        "class",
        "axis",
        "data-axis",
        "y",
        "data-label",
        y.label(),
        "data-min",
        "" + y.min(),
        "data-max",
        "" + y.max());
    for (double tick : y.ticks()) {
      svg.empty(
          "line", "x1", LEFT, "x2", WIDTH - right(), "y1", py(tick), "y2", py(tick), "style", grid);
      svg.element(
          "text",
          y.text(tick),
          "x",
          LEFT - 6,
          "y",
          py(tick) + 4,
          "text-anchor",
          "end",
          "style",
          text);
    }
    svg.element(
        "text",
        y.label(),
        "transform",
        "translate(13 " + Svg.number(TOP + PLOT_HEIGHT / 2) + ") rotate(-90)",
        "text-anchor",
        "middle",
        "style",
        text);
    svg.close("g");
    svg.open(
        "g",
        "class",
        "axis",
        "data-axis",
        "x",
        "data-label",
        x.label(),
        "data-min",
        "" + x.min(),
        "data-max",
        "" + x.max());
    for (double tick : x.ticks()) {
      svg.empty(
          "line",
          "x1",
          px(tick),
          "x2",
          px(tick),
          "y1",
          bottom,
          "y2",
          bottom + 4,
          "style",
          "stroke:" + theme.ink());
      svg.element(
          "text",
          x.text(tick),
          "x",
          px(tick),
          "y",
          bottom + 17,
          "text-anchor",
          "middle",
          "style",
          text);
    }
    svg.empty(
        "line",
        "x1",
        LEFT,
        "x2",
        WIDTH - right(),
        "y1",
        bottom,
        "y2",
        bottom,
        "style",
        "stroke:" + theme.ink());
    svg.element(
        "text",
        x.label(),
        "x",
        (LEFT + WIDTH - right()) / 2,
        "y",
        bottom + 34,
        "text-anchor",
        "middle",
        "style",
        text);
    svg.close("g");
  }

  private void draw(Reference reference, Svg svg, Theme theme) {
    double left = reference.at() + reference.slope() * x.min();
    double right = reference.at() + reference.slope() * x.max();
    svg.open(
        "g", "class", "reference", "data-label", reference.label(), "data-at", "" + reference.at());
    svg.empty(
        "line",
        "x1",
        px(x.min()),
        "x2",
        px(x.max()),
        "y1",
        py(left),
        "y2",
        py(right),
        "style",
        "stroke:" + theme.ink() + ";stroke-width:1;stroke-dasharray:2 3;opacity:0.7");
    if (!reference.label().isEmpty()) {
      svg.element(
          "text",
          reference.label(),
          "x",
          WIDTH - right() + 4,
          "y",
          py(right) + 4,
          "style",
          "font-size:10.5px;fill:" + theme.ink());
    }
    svg.close("g");
  }

  private void draw(Series one, int index, Svg svg, Theme theme) {
    String color = theme.color(one.look().color());
    svg.open(
        "g",
        "class",
        "series",
        "data-name",
        one.name(),
        "data-line",
        one.look().line().name().toLowerCase(Locale.ROOT),
        "data-points",
        one.points().stream().map(p -> p.x() + "," + p.y()).collect(Collectors.joining(" ")));
    boolean lines = one.look().line() != Series.Line.NONE;
    if (lines) {
      band(one, color, svg);
      path(one, color, svg);
    }
    int every = lines ? Math.max(1, (one.points().size() + MOST_MARKERS - 1) / MOST_MARKERS) : 1;
    // Markers of different series start at different points, so that they do not hide each other.
    for (int i = lines ? Math.floorMod(index * 2 + every - 1, every) : 0;
        i < one.points().size();
        i += every) {
      Series.Point point = one.points().get(i);
      if (!lines && point.hasInterval()) {
        svg.empty(
            "line",
            "x1",
            px(point.x()),
            "x2",
            px(point.x()),
            "y1",
            py(point.low()),
            "y2",
            py(point.high()),
            "style",
            "stroke-width:1.5;stroke:" + color);
      }
      marker(one.look().color(), px(point.x()), py(point.y()), color, svg);
    }
    svg.close("g");
  }

  private void band(Series one, String color, Svg svg) {
    List<Series.Point> wide = one.points().stream().filter(Series.Point::hasInterval).toList();
    if (wide.size() < 2) {
      return;
    }
    StringBuilder outline = new StringBuilder();
    for (int i = 0; i < wide.size(); i++) {
      outline.append(i == 0 ? "M" : "L").append(at(wide.get(i).x(), wide.get(i).high()));
    }
    for (int i = wide.size() - 1; i >= 0; i--) {
      outline.append("L").append(at(wide.get(i).x(), wide.get(i).low()));
    }
    svg.empty(
        "path",
        "class",
        "band",
        "d",
        outline + "Z",
        "style",
        "stroke:none;opacity:0.18;fill:" + color);
  }

  private void path(Series one, String color, Svg svg) {
    if (one.points().isEmpty()) {
      return;
    }
    StringBuilder path = new StringBuilder();
    for (Series.Point point : one.points()) {
      path.append(path.length() == 0 ? "M" : "L").append(at(point.x(), point.y()));
    }
    svg.empty("path", "d", path, "style", stroke(one.look(), color));
  }

  private static String stroke(Series.Look look, String color) {
    String dashes = look.line().dashes();
    return "fill:none;stroke-width:1.8;stroke-linejoin:round;stroke:"
        + color
        + (dashes.isEmpty() ? "" : ";stroke-dasharray:" + dashes);
  }

  private String at(double x, double y) {
    return Svg.number(px(x)) + " " + Svg.number(py(y));
  }

  /** Circle, square, triangle or diamond. */
  private static void marker(int kind, double x, double y, String color, Svg svg) {
    double r = 3.2;
    String fill = "stroke:none;fill:" + color;
    switch (Math.floorMod(kind, 4)) {
      case 0 -> svg.empty("circle", "cx", x, "cy", y, "r", r, "style", fill);
      case 1 ->
          svg.empty(
              "rect",
              "x",
              x - r + 0.3,
              "y",
              y - r + 0.3,
              "width",
              2 * r - 0.6,
              "height",
              2 * r - 0.6,
              "style",
              fill);
      case 2 ->
          svg.empty(
              "path",
              "d",
              polygon(x, y - r - 0.6, x + r + 0.4, y + r - 0.4, x - r - 0.4, y + r - 0.4),
              "style",
              fill);
      default ->
          svg.empty(
              "path",
              "d",
              polygon(x, y - r - 0.8, x + r + 0.8, y, x, y + r + 0.8, x - r - 0.8, y),
              "style",
              fill);
    }
  }

  private static String polygon(double... coordinates) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < coordinates.length; i += 2) {
      path.append(i == 0 ? "M" : "L")
          .append(Svg.number(coordinates[i]))
          .append(' ')
          .append(Svg.number(coordinates[i + 1]));
    }
    return path + "Z";
  }

  /** What the legend explains: a colour and marker, or a kind of line. */
  private record Entry(String text, Series.Look look, boolean kindOnly) {
    double width() {
      return LEGEND_KEY + text.length() * LETTER_WIDTH + 12;
    }
  }

  /** As many entries in a row as fit; kinds of lines in a row of their own. */
  private List<List<Entry>> legendRows() {
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
    fill(rows, List.copyOf(names.values()));
    List<Entry> kinds = new ArrayList<>();
    lines.forEach((line, text) -> kinds.add(new Entry(text, new Series.Look(0, line), true)));
    fill(rows, kinds);
    return rows;
  }

  private static void fill(List<List<Entry>> rows, List<Entry> entries) {
    double used = Double.POSITIVE_INFINITY;
    for (Entry entry : entries) {
      if (used + entry.width() > WIDTH - 16) {
        rows.add(new ArrayList<>());
        used = 0;
      }
      rows.get(rows.size() - 1).add(entry);
      used += entry.width();
    }
  }

  private static void legend(List<List<Entry>> rows, double top, Svg svg, Theme theme) {
    svg.open("g", "class", "legend");
    for (int row = 0; row < rows.size(); row++) {
      double left = 12;
      double y = top + row * LEGEND_ROW + 10;
      for (Entry entry : rows.get(row)) {
        String color = entry.kindOnly() ? theme.ink() : theme.color(entry.look().color());
        if (entry.look().line() != Series.Line.NONE) {
          String path = "M" + Svg.number(left) + " " + Svg.number(y - 4) + "h28";
          svg.empty("path", "d", path, "style", stroke(entry.look(), color));
        }
        if (!entry.kindOnly()) {
          marker(entry.look().color(), left + 14, y - 4, color, svg);
        }
        svg.element(
            "text", entry.text(), "x", left + LEGEND_KEY, "y", y, "style", "fill:" + theme.ink());
        left += entry.width();
      }
    }
    svg.close("g");
  }
}

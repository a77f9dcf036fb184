package dev.rote.figure;

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
 * @param references lines to compare the series with
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
  private static final double MARGIN = 14;
  private static final double REFERENCE_MARGIN = 66;
  private static final int MOST_MARKERS = 8;

  /**
   * A straight line, y = {@code at} + {@code slope}·x.
   *
   * @param label what it stands for; empty for none
   */
  public record Reference(String label, double at, double slope) {
    /** Makes a horizontal line. */
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
    Legend legend = Legend.of(series, lines, WIDTH - 16);
    double legendTop = PlotArea.TOP + PlotArea.HEIGHT + 44;
    double height = legendTop + legend.height() + 6;
    Svg svg = Frame.open(this, WIDTH, height, theme);
    PlotArea plot = plot();
    plot.draw(svg, theme);
    references.forEach(reference -> draw(reference, plot, svg, theme));
    for (int i = 0; i < series.size(); i++) {
      draw(series.get(i), i, plot, svg, theme);
    }
    legend.draw(legendTop, svg, theme);
    return svg.close("svg").toString();
  }

  /** Labels of references stand to the right of the plot, where they cover no line. */
  private PlotArea plot() {
    double margin =
        references.stream().allMatch(reference -> reference.label().isEmpty())
            ? MARGIN
            : REFERENCE_MARGIN;
    return new PlotArea(x, y, WIDTH - margin);
  }

  private static void draw(Reference reference, PlotArea plot, Svg svg, Theme theme) {
    Axis x = plot.x();
    double left = reference.at() + reference.slope() * x.min();
    double right = reference.at() + reference.slope() * x.max();
    svg.open(
        "g", "class", "reference", "data-label", reference.label(), "data-at", "" + reference.at());
    svg.empty(
        "line",
        "x1",
        plot.px(x.min()),
        "x2",
        plot.px(x.max()),
        "y1",
        plot.py(left),
        "y2",
        plot.py(right),
        "style",
        "stroke:" + theme.ink() + ";stroke-width:1;stroke-dasharray:2 3;opacity:0.7");
    if (!reference.label().isEmpty()) {
      svg.element(
          "text",
          reference.label(),
          "x",
          plot.right() + 4,
          "y",
          plot.py(right) + 4,
          "style",
          "font-size:10.5px;fill:" + theme.ink());
    }
    svg.close("g");
  }

  private static void draw(Series one, int index, PlotArea plot, Svg svg, Theme theme) {
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
      band(one, color, plot, svg);
      path(one, color, plot, svg);
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
            plot.px(point.x()),
            "x2",
            plot.px(point.x()),
            "y1",
            plot.py(point.low()),
            "y2",
            plot.py(point.high()),
            "style",
            "stroke-width:1.5;stroke:" + color);
      }
      Stroke.marker(one.look().color(), plot.px(point.x()), plot.py(point.y()), color, svg);
    }
    svg.close("g");
  }

  private static void band(Series one, String color, PlotArea plot, Svg svg) {
    List<Series.Point> wide = one.points().stream().filter(Series.Point::hasInterval).toList();
    if (wide.size() < 2) {
      return;
    }
    StringBuilder outline = new StringBuilder();
    for (int i = 0; i < wide.size(); i++) {
      outline.append(i == 0 ? "M" : "L").append(at(plot, wide.get(i).x(), wide.get(i).high()));
    }
    for (int i = wide.size() - 1; i >= 0; i--) {
      outline.append("L").append(at(plot, wide.get(i).x(), wide.get(i).low()));
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

  private static void path(Series one, String color, PlotArea plot, Svg svg) {
    if (one.points().isEmpty()) {
      return;
    }
    StringBuilder path = new StringBuilder();
    for (Series.Point point : one.points()) {
      path.append(path.length() == 0 ? "M" : "L").append(at(plot, point.x(), point.y()));
    }
    svg.empty("path", "d", path, "style", Stroke.of(one.look(), color));
  }

  private static String at(PlotArea plot, double x, double y) {
    return Svg.number(plot.px(x)) + " " + Svg.number(plot.py(y));
  }
}

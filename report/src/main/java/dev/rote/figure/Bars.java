package dev.rote.figure;

import java.util.List;

/**
 * Horizontal bars in groups, from 0 to their value, each with the interval it was taken from.
 *
 * <p>Every bar is a {@code g.bar} with {@code data-group}, {@code data-name} and {@code
 * data-value}; the axis is a {@code g.axis} as in a {@link Chart}.
 *
 * @param title heading
 * @param description what is to be seen, for people who cannot see it
 * @param axis from 0
 * @param reference value to compare the bars with; a line through all of them
 */
public record Bars(
    String title, String description, Axis axis, double reference, List<Group> groups)
    implements Drawing {
  private static final double WIDTH = 520;
  private static final double LETTER_WIDTH = 6.6;
  private static final double RIGHT = 92;
  private static final double TOP = 34;
  private static final double ROW = 18;
  private static final double BAR = 12;
  private static final double GAP = 10;
  private static final double AXIS_HEIGHT = 46;

  /** Bars under a heading. */
  public record Group(String name, List<Bar> bars) {
    public Group {
      bars = List.copyOf(bars);
    }
  }

  /**
   * A bar.
   *
   * @param low lower end of its interval
   * @param high upper end
   * @param text label at its end
   * @param color index of its colour in the theme
   */
  public record Bar(String name, double value, double low, double high, String text, int color) {}

  public Bars {
    groups = List.copyOf(groups);
    if (axis.min() != 0) {
      throw new IllegalArgumentException("bars from " + axis.min() + ": their length would lie");
    }
  }

  @Override
  public String svg(Theme theme) {
    double bottom = TOP;
    for (Group group : groups) {
      bottom += (group.bars().size() + 1) * ROW + GAP;
    }
    double height = bottom + AXIS_HEIGHT;
    Svg svg = Frame.open(this, WIDTH, height, theme);
    String ink = "fill:" + theme.ink();
    axis(bottom, svg, theme);
    double y = TOP;
    for (Group group : groups) {
      svg.element(
          "text", group.name(), "x", 12.0, "y", y + 13, "style", "font-style:italic;" + ink);
      y += ROW;
      for (Bar bar : group.bars()) {
        draw(group, bar, y, svg, theme);
        y += ROW;
      }
      y += GAP;
    }
    double at = px(reference);
    svg.empty(
        "line",
        "class",
        "reference",
        "x1",
        at,
        "x2",
        at,
        "y1",
        TOP,
        "y2",
        bottom,
        "style",
        "stroke:" + theme.ink() + ";stroke-width:1;stroke-dasharray:2 3");
    return svg.close("svg").toString();
  }

  /** Returns a left margin that is wide enough for the longest name. */
  private double left() {
    int longest =
        groups.stream()
            .flatMap(group -> group.bars().stream())
            .mapToInt(bar -> bar.name().length())
            .max()
            .orElse(0);
    return 32 + longest * LETTER_WIDTH;
  }

  private double px(double value) {
    double clipped = Math.max(0, Math.min(axis.max(), value));
    return left() + clipped / axis.max() * (WIDTH - left() - RIGHT);
  }

  private void axis(double bottom, Svg svg, Theme theme) {
    String ink = "fill:" + theme.ink();
    Frame.openAxis("x", axis, svg);
    for (double tick : axis.ticks()) {
      svg.empty(
          "line",
          "x1",
          px(tick),
          "x2",
          px(tick),
          "y1",
          TOP,
          "y2",
          bottom,
          "style",
          "stroke:" + theme.faint() + ";stroke-width:1");
      svg.element(
          "text",
          axis.text(tick),
          "x",
          px(tick),
          "y",
          bottom + 15,
          "text-anchor",
          "middle",
          "style",
          ink);
    }
    svg.element(
        "text",
        axis.label(),
        "x",
        (left() + WIDTH - RIGHT) / 2,
        "y",
        bottom + 34,
        "text-anchor",
        "middle",
        "style",
        ink);
    svg.close("g");
  }

  private void draw(Group group, Bar bar, double y, Svg svg, Theme theme) {
    String ink = "fill:" + theme.ink();
    double middle = y + BAR / 2;
    svg.open(
        "g",
        "class",
        "bar",
        "data-group",
        group.name(),
        "data-name",
        bar.name(),
        "data-value",
        "" + bar.value());
    svg.element(
        "text", bar.name(), "x", left() - 6, "y", middle + 4, "text-anchor", "end", "style", ink);
    svg.empty(
        "rect",
        "x",
        px(0),
        "y",
        y,
        "width",
        px(bar.value()) - px(0),
        "height",
        BAR,
        "style",
        "stroke:none;fill:" + theme.color(bar.color()));
    svg.empty(
        "line",
        "x1",
        px(bar.low()),
        "x2",
        px(bar.high()),
        "y1",
        middle,
        "y2",
        middle,
        "style",
        "stroke-width:1.5;stroke:" + theme.ink());
    svg.element(
        "text",
        bar.text(),
        "x",
        Math.max(px(bar.value()), px(bar.high())) + 5,
        "y",
        middle + 4,
        "style",
        ink);
    svg.close("g");
  }
}

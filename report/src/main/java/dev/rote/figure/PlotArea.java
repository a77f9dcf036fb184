package dev.rote.figure;

/**
 * Where a chart's data lie: two axes and the places of values along them.
 *
 * @param right right end of the plot
 */
record PlotArea(Axis x, Axis y, double right) {
  static final double LEFT = 52;
  static final double TOP = 30;
  static final double HEIGHT = 210;

  double px(double value) {
    return LEFT + (value - x.min()) / (x.max() - x.min()) * (right - LEFT);
  }

  double py(double value) {
    double clipped = Math.max(y.min(), Math.min(y.max(), value));
    return TOP + (y.max() - clipped) / (y.max() - y.min()) * HEIGHT;
  }

  /** Draws both axes, with a grid line at each tick of y. */
  void draw(Svg svg, Theme theme) {
    double bottom = TOP + HEIGHT;
    String grid = "stroke:" + theme.faint() + ";stroke-width:1";
    String text = "fill:" + theme.ink();
    Frame.openAxis("y", y, svg);
    for (double tick : y.ticks()) {
      svg.empty("line", "x1", LEFT, "x2", right, "y1", py(tick), "y2", py(tick), "style", grid);
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
        "translate(13 " + Svg.number(TOP + HEIGHT / 2) + ") rotate(-90)",
        "text-anchor",
        "middle",
        "style",
        text);
    svg.close("g");
    Frame.openAxis("x", x, svg);
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
        right,
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
        (LEFT + right) / 2,
        "y",
        bottom + 34,
        "text-anchor",
        "middle",
        "style",
        text);
    svg.close("g");
  }
}

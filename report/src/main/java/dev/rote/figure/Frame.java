package dev.rote.figure;

/**
 * The outer element of a drawing, with its words for screen readers, its background and its
 * heading.
 */
final class Frame {
  private Frame() {}

  /** Opens the {@code svg} element; the caller closes it. */
  static Svg open(Drawing drawing, double width, double height, Theme theme) {
    Svg svg = new Svg();
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + Svg.number(width) + " " + Svg.number(height),
        "width",
        width,
        "height",
        height,
        "role",
        "img",
        "aria-label",
        drawing.title() + ". " + drawing.description(),
        "style",
        "font-family:sans-serif;font-size:12px");
    svg.element("title", drawing.title()).element("desc", drawing.description());
    if (!theme.paper().equals("none")) {
      svg.empty("rect", "width", width, "height", height, "style", "fill:" + theme.paper());
    }
    return svg.element(
        "text",
        drawing.title(),
        "x",
        12.0,
        "y",
        18.0,
        "style",
        "font-weight:bold;fill:" + theme.ink());
  }

  /** Opens the group of an axis, whose data attributes say what it measures. */
  static void openAxis(String name, Axis axis, Svg svg) {
    svg.open(
        "g",
        "class",
        "axis",
        "data-axis",
        name,
        "data-label",
        axis.label(),
        "data-min",
        "" + axis.min(),
        "data-max",
        "" + axis.max());
  }
}

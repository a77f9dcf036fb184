package dev.rote.figure;

/** How a series looks: the stroke of its line and the marker on its points. */
final class Stroke {
  private Stroke() {}

  /** Returns the style of a path of this look. */
  static String of(Series.Look look, String color) {
    String dashes = look.line().dashes();
    return "fill:none;stroke-width:1.8;stroke-linejoin:round;stroke:"
        + color
        + (dashes.isEmpty() ? "" : ";stroke-dasharray:" + dashes);
  }

  /** Draws a circle, square, triangle or diamond. */
  static void marker(int kind, double x, double y, String color, Svg svg) {
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
}

package dev.rote.figure;

import java.util.List;

/**
 * Points of one kind.
 *
 * @param name what the legend says; series of the same name share one entry
 * @param points in order of x
 * @param look how they are drawn
 */
public record Series(String name, List<Point> points, Look look) {
  public Series {
    points = points.stream().filter(p -> Double.isFinite(p.x()) && Double.isFinite(p.y())).toList();
  }

  /**
   * A point with an interval; where there is none, {@code low} and {@code high} are NaN.
   *
   * @param low lower end of the band or bar
   * @param high upper end
   */
  public record Point(double x, double y, double low, double high) {
    /** Makes a point without an interval. */
    public Point(double x, double y) {
      this(x, y, Double.NaN, Double.NaN);
    }

    boolean hasInterval() {
      return Double.isFinite(low) && Double.isFinite(high);
    }
  }

  /**
   * How a series is drawn.
   *
   * @param color index of its colour in the theme
   * @param line solid, dashed, dotted, or none: then its points are markers with bars
   */
  public record Look(int color, Line line) {}

  /** Kinds of lines. */
  public enum Line {
    SOLID(""),
    DASHED("7 4"),
    DOTTED("1.5 3.5"),
    NONE("");

    private final String dashes;

    Line(String dashes) {
      this.dashes = dashes;
    }

    String dashes() {
      return dashes;
    }
  }
}

package dev.rote.data;

import dev.rote.random.RandomStreams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Ten classes of drawn characters, 28×28 grey, light on dark, for work without a download.
 *
 * <p>A character is a set of strokes in the unit square. Each image scales, slants, turns and
 * shifts it, moves each stroke a little, draws the strokes with a pen of varied width and
 * brightness, and adds noise to every pixel. Image i depends on the seed, the part and i alone, not
 * on how many are drawn; each ten in a row have every class once. Only arithmetic that Java fixes
 * to the bit is used, so that a seed gives the same bytes on every machine.
 */
final class Glyphs implements DataSource {
  static final int SIDE = 28;
  static final int DEFAULT_TRAIN = 2000;
  static final int DEFAULT_TEST = 1000;

  /** Standard deviation of the pixel noise, in grey levels of 255. */
  private static final double NOISE = 16;

  /** Range of the random shift of each stroke, as a share of the glyph's size. */
  private static final double WOBBLE = 0.05;

  private static final int CURVE_STEPS = 16;

  private record Point(double x, double y) {}

  /** Names of the classes, and their strokes: x to the right, y down, both in [0, 1]. */
  private record Shape(String name, List<List<Point>> strokes) {}

  private static final List<Shape> SHAPES =
      List.of(
          shape("A", line(0, 1, 0.5, 0, 1, 1), line(0.2, 0.62, 0.8, 0.62)),
          shape("C", arc(0.55, 0.5, 0.52, 0.5, 50, 310)),
          shape("E", line(1, 0, 0.05, 0, 0.05, 1, 1, 1), line(0.05, 0.5, 0.8, 0.5)),
          shape("H", line(0, 0, 0, 1), line(1, 0, 1, 1), line(0, 0.5, 1, 0.5)),
          shape("K", line(0.05, 0, 0.05, 1), line(0.95, 0, 0.05, 0.55), line(0.35, 0.38, 1, 1)),
          shape("O", arc(0.5, 0.5, 0.5, 0.5, 0, 360)),
          shape(
              "S",
              joined(arc(0.5, 0.26, 0.44, 0.26, 330, 90), arc(0.5, 0.76, 0.46, 0.24, 270, 510))),
          shape("T", line(0, 0, 1, 0), line(0.5, 0, 0.5, 1)),
          shape("X", line(0, 0, 1, 1), line(1, 0, 0, 1)),
          shape("Z", line(0, 0, 1, 0, 0, 1, 1, 1)));

  @Override
  public String name() {
    return "glyphs";
  }

  @Override
  public Place place() {
    return Place.NONE;
  }

  @Override
  public boolean drawsSubsets() {
    return true;
  }

  @Override
  public ReadDataSet read(Path place, DataSpec spec) {
    return ReadDataSet.whole(
        draw(
            spec.subset().train().orElse(DEFAULT_TRAIN),
            spec.subset().test().orElse(DEFAULT_TEST),
            spec.dataSeed()));
  }

  static DataSet draw(int train, int test, long seed) {
    return new DataSet(
        "glyphs", part(train, seed, "glyphs train"), Optional.of(part(test, seed, "glyphs test")));
  }

  private static LabelledImages part(int n, long seed, String stream) {
    byte[] pixels = new byte[Math.multiplyExact(n, SIDE * SIDE)];
    int[] labels = new int[n];
    int classes = SHAPES.size();
    long[] order = {};
    for (int i = 0; i < n; i++) {
      if (i % classes == 0) {
        order = RandomStreams.permutation(classes, seed, stream + " classes", i / classes);
      }
      labels[i] = (int) order[i % classes];
      UniformRandomProvider random =
          RandomSource.XO_SHI_RO_256_PP.create(RandomStreams.seed(seed, stream, i));
      image(SHAPES.get(labels[i]), random, pixels, i * SIDE * SIDE);
    }
    return new LabelledImages(
        ImageShape.square(1, SIDE),
        SHAPES.stream().map(Shape::name).toList(),
        pixels,
        labels,
        Optional.empty(),
        LongStream.range(0, n).toArray(),
        Optional.empty());
  }

  private static void image(Shape shape, UniformRandomProvider random, byte[] pixels, int offset) {
    double height = between(random, 14, 19);
    double width = height * between(random, 0.6, 0.9);
    double slant = between(random, -0.25, 0.25);
    double angle = between(random, -0.15, 0.15);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double centreX = SIDE / 2.0 + between(random, -2.5, 2.5);
    double centreY = SIDE / 2.0 + between(random, -2.5, 2.5);
    double halfPen = between(random, 0.7, 1.7);
    double ink = between(random, 150, 255);
    double ground = between(random, 0, 40);
    List<List<Point>> drawn = new ArrayList<>();
    for (List<Point> stroke : shape.strokes()) {
      // one shift for a whole stroke keeps curves smooth
      double shiftX = between(random, -WOBBLE, WOBBLE);
      double shiftY = between(random, -WOBBLE, WOBBLE);
      List<Point> turned = new ArrayList<>();
      for (Point point : stroke) {
        double y = (point.y() + shiftY - 0.5) * height;
        double x = (point.x() + shiftX - 0.5) * width - slant * y;
        turned.add(new Point(cos * x - sin * y, sin * x + cos * y));
      }
      drawn.add(turned);
    }
    double reach = halfPen + 1.5;
    double[] xs = drawn.stream().flatMap(List::stream).mapToDouble(Point::x).toArray();
    double[] ys = drawn.stream().flatMap(List::stream).mapToDouble(Point::y).toArray();
    List<double[]> segments =
        segments(drawn, within(centreX, xs, reach), within(centreY, ys, reach));
    double[] distances = distances(segments, reach);
    for (int i = 0; i < distances.length; i++) {
      double covered = Math.min(1, Math.max(0, halfPen + 0.5 - distances[i]));
      double value = ground + covered * (ink - ground) + NOISE * nearlyNormal(random);
      pixels[offset + i] = (byte) Math.floor(Math.min(255, Math.max(0, value + 0.5)));
    }
  }

  /** Returns the centre moved so far that all {@code offsets} from it lie in the image. */
  private static double within(double centre, double[] offsets, double reach) {
    double low = 0;
    double high = 0;
    for (double offset : offsets) {
      low = Math.min(low, offset);
      high = Math.max(high, offset);
    }
    return Math.max(reach - low, Math.min(SIDE - reach - high, centre));
  }

  private static List<double[]> segments(
      List<List<Point>> strokes, double centreX, double centreY) {
    List<double[]> segments = new ArrayList<>();
    for (List<Point> stroke : strokes) {
      for (int i = 1; i < stroke.size(); i++) {
        Point a = stroke.get(i - 1);
        Point b = stroke.get(i);
        segments.add(
            new double[] {centreX + a.x(), centreY + a.y(), centreX + b.x(), centreY + b.y()});
      }
    }
    return segments;
  }

  /**
   * Returns the distance of each pixel's centre from the nearest segment, row by row. A distance
   * beyond {@code reach} may be infinite: only pixels around a segment are compared with it.
   */
  private static double[] distances(List<double[]> segments, double reach) {
    double[] squares = new double[SIDE * SIDE];
    Arrays.fill(squares, Double.POSITIVE_INFINITY);
    for (double[] s : segments) {
      double dx = s[2] - s[0];
      double dy = s[3] - s[1];
      double length = dx * dx + dy * dy;
      int lastRow = pixel(Math.max(s[1], s[3]) + reach);
      int lastColumn = pixel(Math.max(s[0], s[2]) + reach);
      int firstColumn = pixel(Math.min(s[0], s[2]) - reach);
      for (int row = pixel(Math.min(s[1], s[3]) - reach); row <= lastRow; row++) {
        double fromY = row + 0.5 - s[1];
        for (int column = firstColumn; column <= lastColumn; column++) {
          double fromX = column + 0.5 - s[0];
          double t = length == 0 ? 0 : (fromX * dx + fromY * dy) / length;
          t = Math.min(1, Math.max(0, t));
          double ex = fromX - t * dx;
          double ey = fromY - t * dy;
          int i = row * SIDE + column;
          squares[i] = Math.min(squares[i], ex * ex + ey * ey);
        }
      }
    }
    for (int i = 0; i < squares.length; i++) {
      squares[i] = Math.sqrt(squares[i]);
    }
    return squares;
  }

  /** Returns the row or column of the image that is nearest to a coordinate. */
  private static int pixel(double coordinate) {
    return (int) Math.max(0, Math.min(SIDE - 1, Math.floor(coordinate)));
  }

  private static double between(UniformRandomProvider random, double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /**
   * Returns noise with mean 0 and variance 1: a sum of four uniform numbers, which needs no
   * logarithm.
   */
  private static double nearlyNormal(UniformRandomProvider random) {
    double sum =
        random.nextDouble() + random.nextDouble() + random.nextDouble() + random.nextDouble();
    return (sum - 2) * Math.sqrt(3);
  }

  @SafeVarargs
  private static Shape shape(String name, List<Point>... strokes) {
    return new Shape(name, List.of(strokes));
  }

  private static List<Point> line(double... coordinates) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < coordinates.length; i += 2) {
      points.add(new Point(coordinates[i], coordinates[i + 1]));
    }
    return points;
  }

  /** Returns a part of an ellipse; degrees run from the right (0) downwards (90). */
  private static List<Point> arc(
      double x, double y, double radiusX, double radiusY, double from, double to) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i <= CURVE_STEPS; i++) {
      double angle = StrictMath.toRadians(from + (to - from) * i / CURVE_STEPS);
      points.add(
          new Point(x + radiusX * StrictMath.cos(angle), y + radiusY * StrictMath.sin(angle)));
    }
    return points;
  }

  private static List<Point> joined(List<Point> first, List<Point> second) {
    List<Point> points = new ArrayList<>(first);
    points.addAll(second);
    return points;
  }
}

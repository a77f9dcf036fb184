package dev.rote.figure;

import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Pairs of images side by side, each with words below.
 *
 * <p>Every pair is a {@code g.pair} with its value in {@code data-value}.
 *
 * @param pairs in the order of reading
 */
public record ImagePairs(String title, String description, List<Pair> pairs) implements Drawing {
  private static final int COLUMNS = 4;
  private static final double SIDE = 56;
  private static final double GAP = 4;
  private static final double WIDTH = 2 * SIDE + GAP + 30;
  private static final double HEIGHT = SIDE + 58;
  private static final double LEFT = 12;
  private static final double TOP = 34;

  /**
   * An image of a file in PNG format, with a word or two below it.
   *
   * @param png the file
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Picture(byte[] png, String caption) {}

  /**
   * Two images.
   *
   * @param value what belongs to the pair
   * @param text label below both
   */
  public record Pair(Picture left, Picture right, double value, String text) {}

  public ImagePairs {
    pairs = List.copyOf(pairs);
  }

  @Override
  public String svg(Theme theme) {
    int rows = (pairs.size() + COLUMNS - 1) / COLUMNS;
    Svg svg = Frame.open(this, LEFT + COLUMNS * WIDTH, TOP + rows * HEIGHT, theme);
    for (int i = 0; i < pairs.size(); i++) {
      Pair pair = pairs.get(i);
      double x = LEFT + i % COLUMNS * WIDTH;
      double y = TOP + i / COLUMNS * HEIGHT;
      svg.open(
          "g", "class", "pair", "data-value", String.format(Locale.ROOT, "%.4f", pair.value()));
      draw(pair.left(), x, y, svg, theme);
      draw(pair.right(), x + SIDE + GAP, y, svg, theme);
      text(pair.text(), x + SIDE + GAP / 2, y + SIDE + 29, 11, svg, theme);
      svg.close("g");
    }
    return svg.close("svg").toString();
  }

  private static void draw(Picture picture, double x, double y, Svg svg, Theme theme) {
    svg.empty(
        "image",
        "x",
        x,
        "y",
        y,
        "width",
        SIDE,
        "height",
        SIDE,
        "preserveAspectRatio",
        "xMidYMid meet",
        "style",
        "image-rendering:pixelated",
        "href",
        "data:image/png;base64," + Base64.getEncoder().encodeToString(picture.png()));
    text(picture.caption(), x + SIDE / 2, y + SIDE + 14, 10.5, svg, theme);
  }

  private static void text(String text, double x, double y, double size, Svg svg, Theme theme) {
    svg.element(
        "text",
        text,
        "x",
        x,
        "y",
        y,
        "text-anchor",
        "middle",
        "style",
        "font-size:" + size + "px;fill:" + theme.ink());
  }
}

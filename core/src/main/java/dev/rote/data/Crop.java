package dev.rote.data;

import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of an image, named behind its path as W3C's Media Fragments do: {@code
 * a.jpg#xywh=10,20,64,48}, in pixels.
 *
 * @param x left edge
 * @param y upper edge
 * @see <a href="https://www.w3.org/TR/media-frags/#naming-space">the notation</a>
 */
public record Crop(double x, double y, double width, double height) {
  private static final String NUMBER = "(\\d{1,7}(?:\\.\\d{1,9})?)";
  private static final Pattern FRAGMENT =
      Pattern.compile("#xywh=(?:pixel:)?" + String.join(",", NUMBER, NUMBER, NUMBER, NUMBER) + "$");

  /** Returns the part that a path names, if it names one. */
  public static Optional<Crop> of(String path) {
    Matcher matcher = FRAGMENT.matcher(path);
    return matcher.find()
        ? Optional.of(
            new Crop(
                Double.parseDouble(matcher.group(1)),
                Double.parseDouble(matcher.group(2)),
                Double.parseDouble(matcher.group(3)),
                Double.parseDouble(matcher.group(4))))
        : Optional.empty();
  }

  /** Returns a path without the part that it may name. */
  public static String file(String path) {
    return FRAGMENT.matcher(path).replaceFirst("");
  }

  /**
   * Returns the area of what this part and another have in common, over that of what they cover.
   */
  public double overlap(Crop other) {
    double across = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
    double down = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
    double common = Math.max(0, across) * Math.max(0, down);
    return common / (width * height + other.width * other.height - common);
  }

  /** Returns what is put behind the path of an image. */
  String fragment() {
    return "#xywh=%s,%s,%s,%s".formatted(text(x), text(y), text(width), text(height));
  }

  private static String text(double value) {
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    return exact
        .setScale(Math.max(0, Math.min(3, exact.scale())), RoundingMode.HALF_UP)
        .toPlainString();
  }

  /**
   * Returns this part in whole pixels of an image, {@code x, y, width, height}.
   *
   * @param imageWidth pixels from left to right
   * @param imageHeight pixels from top to bottom
   * @throws UnreadableImageException if the part lies outside of the image or has no pixel
   */
  int[] pixels(int imageWidth, int imageHeight) throws UnreadableImageException {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    int right = (int) Math.min(imageWidth, Math.ceil(x + width));
    int bottom = (int) Math.min(imageHeight, Math.ceil(y + height));
    if (right <= left || bottom <= top) {
      throw new UnreadableImageException(
          "has %d x %d pixels, and no part %s".formatted(imageWidth, imageHeight, fragment()));
    }
    return new int[] {left, top, right - left, bottom - top};
  }

  /**
   * Returns this part of a decoded image.
   *
   * @param file the image's bytes, from which its size before subsampling is read
   */
  BufferedImage of(BufferedImage image, byte[] file) throws UnreadableImageException {
    int[] size = ImageDecoder.size(file);
    int[] part = pixels(size[0], size[1]);
    double across = image.getWidth() / (double) size[0];
    double down = image.getHeight() / (double) size[1];
    int left = (int) (part[0] * across);
    int top = (int) (part[1] * down);
    return image.getSubimage(
        left,
        top,
        Math.max(1, Math.min(image.getWidth() - left, (int) Math.round(part[2] * across))),
        Math.max(1, Math.min(image.getHeight() - top, (int) Math.round(part[3] * down))));
  }
}

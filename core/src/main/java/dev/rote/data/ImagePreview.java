package dev.rote.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Image files made small, for people to look at. */
public final class ImagePreview {
  /** Below it, PNG: what JPEG loses can be seen in so few pixels, and it saves nothing. */
  private static final int SMALL = 64;

  private ImagePreview() {}

  /**
   * The image in colour, upright and with its proportions, no side longer than {@code longest}; one
   * that is smaller keeps its size.
   *
   * @return a JPEG file, or a PNG file of an image that is small; empty where {@code file} cannot
   *     be read
   */
  public static Optional<byte[]> of(Path file, int longest) {
    try {
      byte[] content = ImageFile.content(file);
      BufferedImage stored = ImageDecoder.decode(content);
      int most = Math.max(stored.getWidth(), stored.getHeight());
      double scale = Math.min(1, (double) longest / most);
      int width = (int) Math.max(1, Math.round(scale * stored.getWidth()));
      int height = (int) Math.max(1, Math.round(scale * stored.getHeight()));
      float[][] planes = ImageFile.resized(stored, 3, height, width);
      int orientation = Orientation.of(content);
      return Optional.of(
          Orientation.turnsSides(orientation)
              ? encoded(planes, width, height, orientation)
              : encoded(planes, height, width, orientation));
    } catch (UnreadableImageException e) {
      return Optional.empty();
    }
  }

  private static byte[] encoded(float[][] planes, int height, int width, int orientation) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int c = 0; c < 3; c++) {
      float[] plane = Orientation.upright(planes[c], height, width, orientation);
      int shift = 8 * (2 - c);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int value = Math.round(plane[y * width + x]) << shift;
          image.setRGB(x, y, image.getRGB(x, y) | value);
        }
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      String format = Math.max(width, height) <= SMALL ? "png" : "jpeg";
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalStateException("this Java writes no " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}

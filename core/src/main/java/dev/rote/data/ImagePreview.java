package dev.rote.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Creates small previews of image files. */
public final class ImagePreview {
  /**
   * Smaller previews are PNG: with few pixels, the artefacts of JPEG are visible and it saves no
   * space.
   */
  private static final int SMALL = 64;

  private ImagePreview() {}

  /**
   * Returns the image in colour, upright and with its proportions, no side longer than {@code
   * longest}; one that is smaller keeps its size. Where the path names a part of the image ({@link
   * Crop}), it is framed.
   *
   * @return a JPEG file, or a PNG file of an image that is small; empty where {@code file} cannot
   *     be read
   */
  public static Optional<byte[]> of(Path file, int longest) {
    try {
      Optional<Crop> crop = Files.exists(file) ? Optional.empty() : Crop.of(file.toString());
      byte[] content =
          ImageFile.content(
              Path.of(crop.isPresent() ? Crop.file(file.toString()) : file.toString()));
      BufferedImage stored = ImageDecoder.decode(content);
      int most = Math.max(stored.getWidth(), stored.getHeight());
      double scale = Math.min(1, (double) longest / most);
      int width = (int) Math.max(1, Math.round(scale * stored.getWidth()));
      int height = (int) Math.max(1, Math.round(scale * stored.getHeight()));
      float[][] planes = ImageFile.resized(stored, 3, height, width);
      int orientation = Orientation.of(content);
      if (crop.isPresent()) {
        ImageFile.requireUpright(orientation);
        int[] size = ImageDecoder.size(content);
        frame(planes, height, width, crop.get().pixels(size[0], size[1]), width / (double) size[0]);
      }
      return Optional.of(
          Orientation.turnsSides(orientation)
              ? encoded(planes, width, height, orientation)
              : encoded(planes, height, width, orientation));
    } catch (UnreadableImageException e) {
      return Optional.empty();
    }
  }

  /** Draws a white frame with a black one around it. */
  private static void frame(float[][] planes, int height, int width, int[] part, double scale) {
    int left = (int) (part[0] * scale);
    int top = (int) (part[1] * scale);
    int right = Math.min(width - 1, (int) ((part[0] + part[2]) * scale));
    int bottom = Math.min(height - 1, (int) ((part[1] + part[3]) * scale));
    for (int out = 0; out < 2; out++) {
      for (int y = Math.max(0, top - out); y <= Math.min(height - 1, bottom + out); y++) {
        for (int x = Math.max(0, left - out); x <= Math.min(width - 1, right + out); x++) {
          if (x == left - out || x == right + out || y == top - out || y == bottom + out) {
            for (float[] plane : planes) {
              plane[y * width + x] = out == 0 ? 255 : 0;
            }
          }
        }
      }
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

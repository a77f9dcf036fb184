package dev.rote.report.audit;

import dev.rote.data.LabelledImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Images of a data set as PNG files. */
public final class ImagePng {
  private ImagePng() {}

  /** Returns image {@code index} as PNG at its own size: grey for one channel, else colour. */
  public static byte[] of(LabelledImages images, int index) {
    int width = images.shape().width();
    int height = images.shape().height();
    int plane = width * height;
    int start = index * images.shape().channels() * plane;
    boolean grey = images.shape().channels() == 1;
    BufferedImage image =
        new BufferedImage(
            width, height, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    byte[] pixels = images.pixels();
    for (int p = 0; p < plane; p++) {
      int x = p % width;
      int y = p / width;
      if (grey) {
        image.getRaster().setSample(x, y, 0, pixels[start + p] & 0xff);
      } else {
        int red = pixels[start + p] & 0xff;
        int green = pixels[start + plane + p] & 0xff;
        int blue = pixels[start + 2 * plane + p] & 0xff;
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this Java writes no PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}

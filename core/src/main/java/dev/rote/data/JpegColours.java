package dev.rote.data;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Red, green and blue of JPEG samples that the decoder does not turn into colours itself, those of
 * print (CMYK and YCCK) above all. What the samples mean is read as libjpeg does: from Adobe's
 * APP14 segment, else from the number of components. Ink profiles are ignored.
 */
final class JpegColours {
  private JpegColours() {}

  /** Whether a JPEG has four components, going by its frame header. */
  static boolean isFourInks(byte[] file) {
    for (int marker = 0xc0; marker <= 0xcf; marker++) {
      // Huffman tables, JPG and arithmetic conditioning lie among the frame headers
      if (marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
        for (ByteBuffer frame : JpegSegments.of(file, marker)) {
          return frame.remaining() >= 6 && frame.get(5) == 4;
        }
      }
    }
    return false;
  }

  static BufferedImage rgb(Raster samples, byte[] file) throws IOException {
    if (samples.getNumBands() != 4) {
      throw new IOException(samples.getNumBands() + " components");
    }
    Optional<Integer> adobe = adobeTransform(file);
    boolean luma = adobe.orElse(0) == 2;
    // of the ink; what is worked out from luma is the complement of what is stored otherwise
    boolean complement = adobe.isPresent() != luma;
    int width = samples.getWidth();
    int height = samples.getHeight();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[4 * width];
    int[] rgb = new int[width];
    for (int y = 0; y < height; y++) {
      samples.getPixels(samples.getMinX(), samples.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int black = row[4 * x + 3];
        int paper = adobe.isPresent() ? black : 255 - black;
        int[] colour = {row[4 * x], row[4 * x + 1], row[4 * x + 2]};
        if (luma) {
          colour = fromLuma(colour[0], colour[1], colour[2]);
        }
        int packed = 0;
        for (int value : colour) {
          int light = complement ? value : 255 - value;
          packed = packed << 8 | Math.round(light * paper / 255f);
        }
        rgb[x] = packed;
      }
      image.setRGB(0, y, width, 1, rgb, 0, width);
    }
    return image;
  }

  /** Red, green and blue of luma and two differences (JFIF 1.02, page 3). */
  private static int[] fromLuma(int luma, int blueDifference, int redDifference) {
    double cb = blueDifference - 128;
    double cr = redDifference - 128;
    return new int[] {
      clamped(luma + 1.402 * cr),
      clamped(luma - 0.344136 * cb - 0.714136 * cr),
      clamped(luma + 1.772 * cb)
    };
  }

  private static int clamped(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }

  private static Optional<Integer> adobeTransform(byte[] file) {
    for (ByteBuffer data : JpegSegments.of(file, 0xee)) {
      byte[] name = new byte[5];
      if (data.remaining() >= 12) {
        data.get(0, name);
        if (new String(name, StandardCharsets.ISO_8859_1).equals("Adobe")) {
          return Optional.of(Byte.toUnsignedInt(data.get(11)));
        }
      }
    }
    return Optional.empty();
  }
}

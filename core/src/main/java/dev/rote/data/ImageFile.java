package dev.rote.data;

import dev.rote.text.InputException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * PNG and JPEG files as bytes of one size.
 *
 * <p>Images are resized to a square, whatever their proportions. Transparency and EXIF orientation
 * are ignored. Colour becomes grey as (299 R + 587 G + 114 B)/1000 (ITU-R BT.601).
 */
final class ImageFile {
  private static final List<String> READ = List.of(".png", ".jpg", ".jpeg");

  private static final List<String> NOT_READ =
      List.of(".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic", ".avif", ".jp2", ".jxl");

  private static final long MAX_PIXELS = 200_000_000;

  private ImageFile() {}

  /**
   * Whether a file of a listing is an image.
   *
   * @throws InputException for images of formats that are not read: they must not go missing
   *     silently
   */
  static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.startsWith(".")) {
      return false;
    }
    if (NOT_READ.stream().anyMatch(name::endsWith)) {
      throw new InputException(file + " is neither PNG nor JPEG; convert it or take it away");
    }
    return READ.stream().anyMatch(name::endsWith);
  }

  /**
   * Reads all files, several at a time.
   *
   * @param names what errors call each file
   * @return N·C·size·size bytes
   */
  static byte[] readAll(List<Path> files, List<String> names, int channels, int size) {
    int each = channels * size * size;
    if ((long) files.size() * each > Integer.MAX_VALUE - 8) {
      throw new InputException(
          "%d images of %d x %d x %d take more than 2 GiB; choose a smaller image size or fewer images"
              .formatted(files.size(), channels, size, size));
    }
    byte[] pixels = new byte[files.size() * each];
    InputException[] errors = new InputException[files.size()];
    IntStream.range(0, files.size())
        .parallel()
        .forEach(
            i -> {
              try {
                byte[] image = read(files.get(i), names.get(i), channels, size);
                System.arraycopy(image, 0, pixels, i * each, each);
              } catch (InputException e) {
                errors[i] = e;
              }
            });
    for (InputException error : errors) {
      if (error != null) {
        throw error;
      }
    }
    return pixels;
  }

  private static byte[] read(Path file, String name, int channels, int size) {
    BufferedImage image;
    try (InputStream in = Files.newInputStream(file);
        ImageInputStream stream = new MemoryCacheImageInputStream(in)) {
      image = decode(stream, name);
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // the decoders answer broken files with exceptions of many kinds
      throw new InputException(name + " is no readable PNG or JPEG image: " + firstLine(e), e);
    }
    byte[] pixels = new byte[channels * size * size];
    float[][] planes = planes(image, channels);
    for (int c = 0; c < channels; c++) {
      float[] resized = resize(planes[c], image.getHeight(), image.getWidth(), size, size);
      for (int i = 0; i < resized.length; i++) {
        pixels[c * size * size + i] = (byte) Math.round(resized[i]);
      }
    }
    return pixels;
  }

  private static String firstLine(Exception e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().lines().findFirst().orElse("");
  }

  private static BufferedImage decode(ImageInputStream stream, String name) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
    if (!readers.hasNext()) {
      throw new InputException(name + " is no readable PNG or JPEG image");
    }
    ImageReader reader = readers.next();
    try {
      reader.setInput(stream, true, true);
      long area = (long) reader.getWidth(0) * reader.getHeight(0);
      if (area > MAX_PIXELS) {
        throw new InputException(
            "%s has %d pixels, more than the %d that are read".formatted(name, area, MAX_PIXELS));
      }
      // a truncated JPEG is no error to the decoder, which fills up with grey
      boolean[] truncated = {false};
      reader.addIIOReadWarningListener(
          (source, warning) -> {
            String lower = warning.toLowerCase(Locale.ROOT);
            truncated[0] |= lower.contains("truncated") || lower.contains("premature end");
          });
      BufferedImage image = reader.read(0);
      if (truncated[0]) {
        throw new InputException(name + " is truncated");
      }
      return image;
    } finally {
      reader.dispose();
    }
  }

  /** Channel planes of values 0..255. */
  private static float[][] planes(BufferedImage image, int channels) {
    int width = image.getWidth();
    int height = image.getHeight();
    float[][] planes = new float[channels][width * height];
    Optional<Raster> grey = greyRaster(image);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        if (grey.isPresent()) {
          int bits = image.getSampleModel().getSampleSize(0);
          int value = grey.get().getSample(x, y, 0) >> Math.max(0, bits - 8);
          for (float[] plane : planes) {
            plane[at] = value;
          }
          continue;
        }
        int rgb = image.getRGB(x, y);
        int red = rgb >> 16 & 0xff;
        int green = rgb >> 8 & 0xff;
        int blue = rgb & 0xff;
        if (channels == 1) {
          planes[0][at] = Math.round((299 * red + 587 * green + 114 * blue) / 1000f);
        } else {
          planes[0][at] = red;
          planes[1][at] = green;
          planes[2][at] = blue;
        }
      }
    }
    return planes;
  }

  /**
   * The raster of a grey image of 8 or 16 bits: its samples are wanted as they are, while {@code
   * getRGB} would take them for linear light and brighten them.
   */
  private static Optional<Raster> greyRaster(BufferedImage image) {
    boolean grey =
        image.getRaster().getNumBands() <= 2
            && !(image.getColorModel() instanceof IndexColorModel)
            && image.getSampleModel().getSampleSize(0) >= 8;
    return grey ? Optional.of(image.getRaster()) : Optional.empty();
  }

  /**
   * Bilinear where the image grows, and where it shrinks a mean over the area that each new pixel
   * covers, weighted by a triangle, so that nothing is skipped. An image of the wanted size stays
   * as it is.
   */
  static float[] resize(float[] plane, int height, int width, int newHeight, int newWidth) {
    float[][] across = weights(width, newWidth);
    float[] narrow = new float[height * newWidth];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < newWidth; x++) {
        float sum = 0;
        int first = (int) across[x][0];
        for (int i = 1; i < across[x].length; i++) {
          sum += across[x][i] * plane[y * width + first + i - 1];
        }
        narrow[y * newWidth + x] = sum;
      }
    }
    float[][] down = weights(height, newHeight);
    float[] resized = new float[newHeight * newWidth];
    for (int y = 0; y < newHeight; y++) {
      int first = (int) down[y][0];
      for (int i = 1; i < down[y].length; i++) {
        for (int x = 0; x < newWidth; x++) {
          resized[y * newWidth + x] += down[y][i] * narrow[(first + i - 1) * newWidth + x];
        }
      }
    }
    return resized;
  }

  /** For each new pixel: the first old pixel that counts, then the weights from there on. */
  private static float[][] weights(int length, int newLength) {
    double scale = (double) length / newLength;
    double reach = Math.max(1, scale);
    float[][] weights = new float[newLength][];
    for (int i = 0; i < newLength; i++) {
      double centre = (i + 0.5) * scale;
      int first = Math.max(0, (int) Math.floor(centre - reach));
      int end = Math.min(length, (int) Math.ceil(centre + reach));
      double[] triangle = new double[end - first];
      double sum = 0;
      for (int j = first; j < end; j++) {
        triangle[j - first] = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / reach);
        sum += triangle[j - first];
      }
      weights[i] = new float[1 + triangle.length];
      weights[i][0] = first;
      for (int j = 0; j < triangle.length; j++) {
        weights[i][1 + j] = (float) (triangle[j] / sum);
      }
    }
    return weights;
  }
}

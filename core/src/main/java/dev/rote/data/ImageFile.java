package dev.rote.data;

import dev.rote.text.InputException;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * An image file of a data set, and image files as bytes of one size.
 *
 * <p>Images are turned as their EXIF orientation says and resized to a square, whatever their
 * proportions. Transparency and colour profiles are ignored. Colour becomes grey as (299 R + 587 G
 * + 114 B)/1000 (ITU-R BT.601).
 *
 * @param path where it lies, relative to the source's root, with slashes
 * @param name what an error calls it
 * @param content its bytes
 * @param problem why it cannot be read, where that is known without looking into it
 */
record ImageFile(String path, String name, Content content, Optional<String> problem) {
  private static final long MAX_BYTES = 1L << 29;

  /** Reads the bytes of an image. */
  @FunctionalInterface
  interface Content {
    byte[] read() throws UnreadableImageException;
  }

  /** Returns a file; if its name is that of a format that is not read, it counts as unreadable. */
  static ImageFile of(Path file, String path, String name) {
    return new ImageFile(
        path,
        name,
        () -> content(file),
        ImageFormat.isUnreadName(Crop.file(path))
            ? Optional.of("is not " + ImageFormat.NAMES + "; convert it or remove it")
            : Optional.empty());
  }

  /** Returns a file that cannot be read. */
  static ImageFile unreadable(String path, String name, String problem) {
    return new ImageFile(path, name, () -> new byte[0], Optional.of(problem));
  }

  /**
   * Images that could be read.
   *
   * @param positions which of the files these are, ascending
   * @param pixels of those, C·size·size bytes each
   * @param problems of the other files, by their place, so that a name can stand before them
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Pixels(int[] positions, byte[] pixels, SortedMap<Integer, String> problems) {}

  /**
   * Reads all files, several at a time.
   *
   * @throws InputException for the first file that cannot be read where such are refused, and where
   *     the pixels are more than an array holds
   */
  static Pixels readAll(
      List<ImageFile> files, int channels, int size, UnreadableFiles whereUnreadable) {
    int each = channels * size * size;
    if ((long) files.size() * each > Integer.MAX_VALUE - 8) {
      throw new InputException(
          "%d images of %d x %d x %d take more than 2 GiB; choose a smaller image size or fewer images"
              .formatted(files.size(), channels, size, size));
    }
    String[] problems = new String[files.size()];
    for (int i = 0; i < problems.length; i++) {
      problems[i] = files.get(i).problem().orElse(null);
      if (problems[i] != null && whereUnreadable == UnreadableFiles.REFUSE) {
        throw new InputException(files.get(i).name() + " " + problems[i]);
      }
    }
    byte[] pixels = new byte[files.size() * each];
    IntStream.range(0, files.size())
        .parallel()
        .filter(i -> problems[i] == null)
        .forEach(
            i -> {
              try {
                byte[] image = files.get(i).pixels(channels, size);
                System.arraycopy(image, 0, pixels, i * each, each);
              } catch (UnreadableImageException e) {
                problems[i] = e.getMessage();
              }
            });
    int[] positions =
        IntStream.range(0, problems.length).filter(i -> problems[i] == null).toArray();
    SortedMap<Integer, String> unreadable = new TreeMap<>();
    for (int i = 0; i < problems.length; i++) {
      if (problems[i] != null) {
        unreadable.put(i, problems[i]);
      }
    }
    if (unreadable.isEmpty()) {
      return new Pixels(positions, pixels, unreadable);
    }
    if (whereUnreadable == UnreadableFiles.REFUSE) {
      int first = unreadable.firstKey();
      throw new InputException(files.get(first).name() + " " + problems[first]);
    }
    for (int i = 0; i < positions.length; i++) {
      System.arraycopy(pixels, positions[i] * each, pixels, i * each, each);
    }
    return new Pixels(positions, Arrays.copyOf(pixels, positions.length * each), unreadable);
  }

  private byte[] pixels(int channels, int size) throws UnreadableImageException {
    byte[] file = content.read();
    BufferedImage image = ImageDecoder.decode(file);
    int orientation = Orientation.of(file);
    Optional<Crop> crop = Crop.of(path);
    if (crop.isPresent()) {
      requireUpright(orientation);
      image = crop.get().of(image, file);
    }
    byte[] pixels = new byte[channels * size * size];
    float[][] planes = resized(image, channels, size, size);
    for (int c = 0; c < channels; c++) {
      // a square stays a square, so turning it may come last
      float[] upright = Orientation.upright(planes[c], size, size, orientation);
      for (int i = 0; i < upright.length; i++) {
        pixels[c * size * size + i] = (byte) Math.round(upright[i]);
      }
    }
    return pixels;
  }

  /** Tools disagree on whether a box refers to the stored image or to the displayed one. */
  static void requireUpright(int orientation) throws UnreadableImageException {
    if (orientation != 1) {
      throw new UnreadableImageException(
          "is turned by its EXIF orientation, so a part of it is ambiguous; turn the file itself");
    }
  }

  static byte[] content(Path file) throws UnreadableImageException {
    if (!Files.isRegularFile(file)) {
      throw new UnreadableImageException("does not exist");
    }
    try {
      long bytes = Files.size(file);
      if (bytes == 0) {
        throw new UnreadableImageException("is empty");
      }
      if (bytes > MAX_BYTES) {
        throw new UnreadableImageException(
            "has %d bytes, more than the %d that are read".formatted(bytes, MAX_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UnreadableImageException("cannot be read: " + e, e);
    }
  }

  /** Returns channel planes of values 0..255 at a new size. */
  static float[][] resized(BufferedImage image, int channels, int newHeight, int newWidth) {
    int width = image.getWidth();
    int height = image.getHeight();
    Resampling resampling = new Resampling(channels, height, width, newHeight, newWidth);
    int[][] samples = new int[3][width];
    float[] row = new float[width];
    boolean grey = isGrey(image);
    boolean plain = isPlainColour(image);
    int[] packed = new int[width];
    for (int y = 0; y < height; y++) {
      if (grey) {
        band(image.getRaster(), 0, y, samples[0]);
        samples[1] = samples[0];
        samples[2] = samples[0];
      } else if (plain) {
        for (int c = 0; c < 3; c++) {
          band(image.getRaster(), c, y, samples[c]);
        }
      } else {
        image.getRGB(0, y, width, 1, packed, 0, width);
        for (int x = 0; x < width; x++) {
          samples[0][x] = packed[x] >> 16 & 0xff;
          samples[1][x] = packed[x] >> 8 & 0xff;
          samples[2][x] = packed[x] & 0xff;
        }
      }
      for (int c = 0; c < channels; c++) {
        for (int x = 0; x < width; x++) {
          row[x] =
              channels == 1 && !grey
                  ? Math.round(
                      (299 * samples[0][x] + 587 * samples[1][x] + 114 * samples[2][x]) / 1000f)
                  : samples[c][x];
        }
        resampling.add(c, row, y);
      }
    }
    return resampling.planes();
  }

  /** Reads a row of one band as 8 bits. */
  private static void band(Raster raster, int band, int y, int[] samples) {
    raster.getSamples(0, y, samples.length, 1, band, samples);
    int excess = raster.getSampleModel().getSampleSize(band) - 8;
    if (excess > 0) {
      for (int x = 0; x < samples.length; x++) {
        samples[x] >>= excess;
      }
    }
  }

  /**
   * Grey of 8 or 16 bits: its samples are wanted as they are, while {@code getRGB} would take them
   * for linear light and brighten them.
   */
  private static boolean isGrey(BufferedImage image) {
    return image.getRaster().getNumBands() <= 2
        && !(image.getColorModel() instanceof IndexColorModel)
        && image.getSampleModel().getSampleSize(0) >= 8;
  }

  /** Red, green and blue of 8 or 16 bits, which {@code getRGB} would send through a profile. */
  private static boolean isPlainColour(BufferedImage image) {
    return image.getColorModel() instanceof ComponentColorModel model
        && model.getNumComponents() >= 3
        && model.getComponentSize(0) >= 8
        && !model.isAlphaPremultiplied();
  }
}

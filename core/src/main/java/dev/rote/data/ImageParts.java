package dev.rote.data;

import dev.rote.text.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of images that paths of samples name, for formats that need the sizes of the images.
 * Reads each image once.
 */
public final class ImageParts {
  private final Map<Path, int[]> sizes = new HashMap<>();

  /**
   * A part of an image.
   *
   * @param width of the image in pixels
   * @param height of the image in pixels
   * @param shares the part's left and upper edge, width and height as shares of the image's, each
   *     from 0 to 1
   */
  public record Part(int width, int height, Crop shares) {}

  /** Returns the image file that a sample's path names, of which the sample may be a part. */
  public static Path file(Path sample) {
    return isPart(sample)
        ? sample.resolveSibling(Crop.file(sample.getFileName().toString()))
        : sample;
  }

  /** Returns whether a sample's path names a part of an image. */
  public static boolean isPart(Path sample) {
    return Crop.of(sample.toString()).isPresent() && !Files.exists(sample);
  }

  /**
   * Returns the part that a sample's path names; nothing if it names a whole image.
   *
   * @throws InputException if the image cannot be read, its EXIF orientation turns it, or the part
   *     lies outside of it
   */
  public Optional<Part> of(Path sample) {
    if (!isPart(sample)) {
      return Optional.empty();
    }
    Path file = file(sample);
    try {
      int[] size = sizes.get(file);
      if (size == null) {
        byte[] content = ImageFile.content(file);
        ImageFile.requireUpright(Orientation.of(content));
        size = ImageDecoder.size(content);
        sizes.put(file, size);
      }
      Crop crop = Crop.of(sample.toString()).orElseThrow();
      var unused = crop.pixels(size[0], size[1]); // refuses what lies outside
      double left = crop.x() / size[0];
      double top = crop.y() / size[1];
      double right = Math.min(1, (crop.x() + crop.width()) / size[0]);
      double bottom = Math.min(1, (crop.y() + crop.height()) / size[1]);
      return Optional.of(
          new Part(size[0], size[1], new Crop(left, top, right - left, bottom - top)));
    } catch (UnreadableImageException e) {
      throw new InputException(
          "%s %s; the place of a box needs the size of its image".formatted(file, e.getMessage()),
          e);
    }
  }
}

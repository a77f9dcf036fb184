package dev.rote.data;

import dev.rote.text.InputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Image files that are read batch by batch, so that any number of them fits into memory. */
public final class ImageBatches {
  private static final int BATCH = 64;

  private final List<ImageFile> files;
  private final List<String> notes;

  private ImageBatches(List<ImageFile> files, List<String> notes) {
    this.files = List.copyOf(files);
    this.notes = List.copyOf(notes);
  }

  /**
   * Some images.
   *
   * @param positions which ones could be read, ascending
   * @param pixels of those, image by image, channel planes, rows
   * @param problems of the others, by position, so that the path can stand before them: {@code is
   *     truncated}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Batch(int[] positions, byte[] pixels, Map<Integer, String> problems) {}

  /** Receives one batch after another. */
  @FunctionalInterface
  public interface Receiver {
    void take(Batch batch);
  }

  /**
   * Lists the images below a directory at any depth, hidden ones aside; or a single image file.
   *
   * @throws InputException if there is none
   */
  public static ImageBatches below(Path place) {
    if (Files.isRegularFile(place)) {
      String name = place.toString();
      return new ImageBatches(List.of(ImageFile.of(place, name, name)), List.of());
    }
    if (!Files.isDirectory(place)) {
      throw new InputException(place + " does not exist; check the path");
    }
    FolderTree tree = new FolderTree(place);
    List<ImageFile> files = new ArrayList<>();
    for (Path image : tree.images(place)) {
      files.add(ImageFile.of(image, tree.relative(image), image.toString()));
    }
    if (files.isEmpty()) {
      throw new InputException(place + " holds no " + ImageFormat.NAMES + " image");
    }
    return new ImageBatches(files, tree.notes());
  }

  /**
   * Names images by path.
   *
   * @param paths relative to {@code root}; may name a part of an image, as in {@code
   *     a.jpg#xywh=20,5,64,48}
   */
  public static ImageBatches of(Path root, List<String> paths) {
    return new ImageBatches(paths.stream().map(path -> file(root, path)).toList(), List.of());
  }

  private static ImageFile file(Path root, String path) {
    try {
      Path named = root.resolve(path);
      return ImageFile.of(
          Files.exists(named) ? named : root.resolve(Crop.file(path)), path, named.toString());
    } catch (InvalidPathException e) {
      return ImageFile.unreadable(path, path, "is not a path: " + e.getReason());
    }
  }

  /** Returns the paths, in order. */
  public List<String> paths() {
    return files.stream().map(ImageFile::path).toList();
  }

  /** Returns lines about what was skipped. */
  public List<String> notes() {
    return notes;
  }

  /**
   * Reads all images in order, resized to a square.
   *
   * @param channels 1 (grey) or 3
   */
  public void read(int channels, int side, Receiver receiver) {
    for (int start = 0; start < files.size(); start += BATCH) {
      int from = start;
      ImageFile.Pixels read =
          ImageFile.readAll(
              files.subList(start, Math.min(files.size(), start + BATCH)),
              channels,
              side,
              UnreadableFiles.LEAVE_OUT);
      int[] positions = read.positions().clone();
      for (int i = 0; i < positions.length; i++) {
        positions[i] += from;
      }
      Map<Integer, String> problems = new TreeMap<>();
      read.problems().forEach((at, problem) -> problems.put(from + at, problem));
      receiver.take(new Batch(positions, read.pixels(), problems));
    }
  }
}

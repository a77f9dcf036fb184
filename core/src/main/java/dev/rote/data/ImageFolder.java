package dev.rote.data;

import dev.rote.text.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One folder of images for each class.
 *
 * <p>Class names are the names of the folders in order. Where the root holds {@code train} and
 * {@code test}, both with folders in them, or nothing but {@code train}, the class folders are
 * those within. Folders inside a class folder are searched too, links to folders only where they
 * stand for a class; hidden files are passed over. Sample ids are positions in the sorted listing
 * of a part, images that cannot be read included.
 */
final class ImageFolder {
  private ImageFolder() {}

  static ReadDataSet read(Path root, int channels, int size, UnreadableFiles whereUnreadable) {
    if (!Files.isDirectory(root)) {
      throw new InputException(
          root + " is no directory; data set folder needs one with a folder of images per class");
    }
    Path train = root.resolve("train");
    Path test = root.resolve("test");
    boolean both = !folders(train).isEmpty() && !folders(test).isEmpty();
    boolean trainOnly = !folders(train).isEmpty() && folders(root).equals(List.of("train"));
    Path trainRoot = both || trainOnly ? train : root;
    List<String> classes = folders(trainRoot);
    if (classes.isEmpty()) {
      throw new InputException(trainRoot + " holds no folders; one for each class is needed");
    }
    LabelledImages.requireClasses(trainRoot.toString(), classes.size());
    List<UnreadableFile> unreadable = new ArrayList<>();
    LabelledImages training =
        files(root, trainRoot, classes, true)
            .read(channels, size, whereUnreadable, true, unreadable);
    Optional<LabelledImages> testing = Optional.empty();
    if (both) {
      for (String name : folders(test)) {
        if (!classes.contains(name)) {
          throw new InputException(
              "class '%s' in %s is not among the training classes in %s"
                  .formatted(name, test, trainRoot));
        }
      }
      testing =
          Optional.of(
              files(root, test, classes, false)
                  .read(channels, size, whereUnreadable, false, unreadable));
    }
    return new ReadDataSet(new DataSet("folder", training, testing), unreadable);
  }

  private static LabelledFiles files(Path root, Path part, List<String> classes, boolean complete) {
    List<ImageFile> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int k = 0; k < classes.size(); k++) {
      Path folder = part.resolve(classes.get(k));
      List<Path> images = Files.isDirectory(folder) ? images(folder) : List.of();
      if (images.isEmpty() && complete) {
        throw new InputException(
            "class folder "
                + folder
                + " holds no "
                + ImageFile.FORMATS
                + " image; put some into it or take it away");
      }
      for (Path image : images) {
        files.add(ImageFile.listed(image, withSlashes(root.relativize(image)), image.toString()));
        labels.add(k);
      }
    }
    if (files.isEmpty()) {
      throw new InputException(part + " holds no " + ImageFile.FORMATS + " image");
    }
    return new LabelledFiles(
        part.toString(),
        classes,
        files,
        labels.stream().mapToInt(k -> k).toArray(),
        Optional.empty());
  }

  /** Names of the folders in {@code directory}, sorted; none where it does not exist. */
  private static List<String> folders(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new InputException("cannot list " + directory + ": " + e.getMessage(), e);
    }
  }

  private static List<Path> images(Path folder) {
    try {
      // walked where it really is, since a class folder may be a link; links within are not
      // followed
      Path real = folder.toRealPath();
      try (Stream<Path> files = Files.walk(real)) {
        return files
            // a link that leads nowhere stays, so that it is named
            .filter(file -> !Files.isDirectory(file))
            .filter(ImageFile::isImage)
            .map(file -> folder.resolve(real.relativize(file)))
            // as text with slashes, so that the order is the same on every system
            .sorted((a, b) -> withSlashes(a).compareTo(withSlashes(b)))
            .toList();
      }
    } catch (IOException | UncheckedIOException e) {
      throw new InputException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  private static String withSlashes(Path path) {
    return path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }
}

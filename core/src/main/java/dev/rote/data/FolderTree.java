package dev.rote.data;

import dev.rote.text.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lists the folders and image files below a directory, and records what it skips: hidden files and
 * folders, those created by archivers, notebooks and network drives, and files that are no images.
 */
final class FolderTree {
  private static final Set<String> LEFT_BEHIND =
      Set.of("__macosx", ".ipynb_checkpoints", "@eadir", "#recycle", "$recycle.bin");

  private static final Set<String> LITTER = Set.of("thumbs.db", "desktop.ini");

  private static final int SHOWN = 3;

  private final Path root;
  private final Set<String> passedOver = new LinkedHashSet<>();
  private final Set<String> otherFiles = new LinkedHashSet<>();
  private final Set<String> links = new LinkedHashSet<>();

  FolderTree(Path root) {
    this.root = root;
  }

  /** Returns the names of the folders in {@code directory}, sorted; none where it is none. */
  List<String> folders(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .filter(name -> !isPassedOver(name))
          .peek(FolderTree::requireRepresentable)
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new InputException("cannot list " + directory + ": " + e.getMessage(), e);
    }
  }

  /** Returns whether a directory itself holds an image file, folders within it aside. */
  boolean holdsImages(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.anyMatch(file -> !Files.isDirectory(file) && isImage(file));
    } catch (IOException | UncheckedIOException e) {
      throw new InputException("cannot list " + directory + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns the image files at any depth below a folder, sorted by their names with slashes. The
   * folder may be a link; links to folders within it are not followed.
   */
  List<Path> images(Path folder) {
    List<Path> images = new ArrayList<>();
    try {
      Path real = folder.toRealPath();
      Files.walkFileTree(
          real,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes a) {
              if (directory.equals(real) || !isPassedOver(directory.getFileName().toString())) {
                return FileVisitResult.CONTINUE;
              }
              passOver(folder.resolve(real.relativize(directory)));
              return FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String name = file.getFileName().toString();
              requireRepresentable(name);
              Path path = folder.resolve(real.relativize(file));
              // a link that leads nowhere counts as an image that cannot be read
              if (Files.isDirectory(file)) {
                links.add(relative(path));
                return FileVisitResult.CONTINUE;
              }
              if (isPassedOver(name)) {
                if (ImageFormat.isImageName(name)) {
                  passOver(path);
                }
              } else if (isImage(file)) {
                images.add(path);
              } else if (!FolderMetadata.isNamed(name) && !isLitter(name)) {
                otherFiles.add(relative(path));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new InputException("cannot list " + folder + ": " + e.getMessage(), e);
    }
    images.sort((a, b) -> withSlashes(a).compareTo(withSlashes(b)));
    return images;
  }

  /** Returns a path relative to the root, with slashes on every system. */
  String relative(Path file) {
    return withSlashes(root.relativize(file));
  }

  /** Returns lines about what was skipped, if anything was. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!passedOver.isEmpty()) {
      notes.add("hidden files and folders are skipped: " + shown(passedOver));
    }
    if (!links.isEmpty()) {
      notes.add("links to folders within a class are not followed: " + shown(links));
    }
    if (!otherFiles.isEmpty()) {
      notes.add("files that are no images by their ending are skipped: " + shown(otherFiles));
    }
    return List.copyOf(notes);
  }

  private static String shown(Set<String> paths) {
    int more = paths.size() - SHOWN;
    return paths.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (more > 0 ? " and %,d more".formatted(more) : "");
  }

  private void passOver(Path path) {
    passedOver.add(relative(path));
  }

  private static boolean isPassedOver(String name) {
    return name.startsWith(".") || LEFT_BEHIND.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Returns whether a file is one that file managers leave in every folder. */
  private static boolean isLitter(String name) {
    return LITTER.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Returns whether a file is an image by its ending, or by its content if its name has none. */
  private static boolean isImage(Path file) {
    String name = file.getFileName().toString();
    if (name.startsWith(".") || name.indexOf('.') >= 0) {
      return !name.startsWith(".") && ImageFormat.isImageName(name);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return ImageFormat.of(in.readNBytes(ImageFormat.MAGIC_LENGTH)).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private static void requireRepresentable(String name) {
    if (!DataSets.representable(name)) {
      throw DataSets.notInThisLocale(name, null);
    }
  }

  private static String withSlashes(Path path) {
    return path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }
}

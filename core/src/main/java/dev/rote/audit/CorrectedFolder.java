package dev.rote.audit;

import dev.rote.data.DataSets;
import dev.rote.format.AtomicFile;
import dev.rote.format.Directories;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of images for each class, with the labels as decided. Where the audited folder has
 * splits such as train and test, so has the corrected one, and every image stays in its split. The
 * given files stay.
 */
public final class CorrectedFolder {
  private CorrectedFolder() {}

  /** How files come into the folder. */
  public enum By {
    /** A hard link: takes no space, on the same disk only. */
    LINK,
    /** A copy. */
    COPY
  }

  /**
   * What a folder was made of.
   *
   * @param images number of images with a label
   * @param others splits that were not audited, and are there as they were
   */
  public record Written(int images, List<String> others) {
    public Written {
      others = List.copyOf(others);
    }
  }

  /**
   * Makes the folder, whole or not at all. A file keeps its name; where a class has two files of
   * one name, the later one gets its sample id in its name.
   *
   * @param audited the folder that was audited, if it was one: its other splits come along; nothing
   *     for a manifest
   * @param out a directory that does not exist
   * @throws InputException if {@code out} exists or cannot be made, a class has a name that no
   *     folder can have, or a file cannot be linked or copied
   */
  public static Written write(Correction correction, Optional<Path> audited, Path out, By by)
      throws IOException {
    Path target = out.toAbsolutePath().normalize();
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new InputException(out + " exists; name a new directory for the corrected folder");
    }
    if (target.getParent() == null || !Files.isDirectory(target.getParent())) {
      throw new InputException("cannot write " + out + ": name a directory in one that exists");
    }
    Splits splits = Splits.of(correction, audited.orElse(correction.directory()));
    Map<Path, Path> sources = places(correction, splits);
    int images = sources.size();
    List<String> others = audited.isPresent() ? splits.others() : List.of();
    for (String other : others) {
      sources.putAll(files(splits.root(), other));
    }
    Path partial = target.resolveSibling("." + target.getFileName() + ".tmp");
    try {
      Directories.delete(partial);
      Files.createDirectories(partial);
    } catch (IOException e) {
      throw InputException.cannotWrite("the corrected folder to", out, e);
    }
    try {
      for (Map.Entry<Path, Path> entry : sources.entrySet()) {
        Path from = entry.getValue();
        Path to = partial.resolve(entry.getKey());
        Files.createDirectories(to.getParent());
        if (!Files.isRegularFile(from)) {
          throw new InputException(
              "cannot %s %s: it is not a file; write samples that are parts of images to a manifest"
                  .formatted(by == By.LINK ? "link" : "copy", from));
        }
        try {
          if (by == By.LINK) {
            Files.createLink(to, from.toRealPath());
          } else {
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
          }
        } catch (IOException | UnsupportedOperationException e) {
          throw new InputException(
              by == By.LINK
                  ? "cannot link %s: %s; --by copy works across disks".formatted(from, e)
                  : "cannot copy %s: %s".formatted(from, e),
              e);
        }
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Directories.delete(partial);
    }
    return new Written(images, others);
  }

  /**
   * The splits of the audited folder.
   *
   * @param root the folder
   * @param all names of its splits; none where the classes lie in the root, or a sample does not
   *     lie in a split
   * @param used names of those that samples lie in
   */
  private record Splits(Path root, List<String> all, Set<String> used) {
    static Splits of(Correction correction, Path folder) {
      Path root = folder.toAbsolutePath().normalize();
      List<String> names = DataSets.splits(root);
      Set<String> used = new HashSet<>();
      for (Correction.Sample sample : correction.samples()) {
        Path file = correction.file(sample);
        String first = file.startsWith(root) ? "" + root.relativize(file).getName(0) : "";
        if (!names.contains(first)) {
          return new Splits(root, List.of(), Set.of());
        }
        used.add(first);
      }
      return new Splits(root, names, used);
    }

    List<String> others() {
      return all.stream().filter(name -> !used.contains(name)).toList();
    }

    /** Returns the folder of a sample's class, relative to the root. */
    Path classFolder(Correction correction, Correction.Sample sample) {
      Path folder = Path.of(folder(sample.label()));
      return all.isEmpty()
          ? folder
          : root.relativize(correction.file(sample)).getName(0).resolve(folder);
    }
  }

  /** Returns the files of a split by their paths relative to the root. */
  private static Map<Path, Path> files(Path root, String split) throws IOException {
    Path real = root.resolve(split).toRealPath();
    Map<Path, Path> files = new LinkedHashMap<>();
    try (Stream<Path> all = Files.walk(real)) {
      all.filter(Files::isRegularFile)
          .sorted()
          .forEach(file -> files.put(Path.of(split).resolve(real.relativize(file)), file));
    }
    return files;
  }

  /**
   * Writes the moves that turn the folder that was audited into the corrected one, as CSV with the
   * columns {@code from} and {@code to}, relative to its root. Nothing is moved.
   *
   * @param root the folder that was audited, or one that holds all of the files
   * @return number of moves
   * @throws InputException if a file lies outside of {@code root}, or {@code out} cannot be written
   */
  public static int writePlan(Correction correction, Path root, Path out) throws IOException {
    correction.requireWritable(out);
    Splits splits = Splits.of(correction, root);
    Path from = splits.root();
    List<String> lines = new ArrayList<>();
    Set<Path> taken = new HashSet<>();
    correction.samples().forEach(sample -> taken.add(correction.file(sample)));
    for (Correction.Sample sample : correction.samples()) {
      if (sample.label().equals(sample.before())) {
        continue;
      }
      Path file = correction.file(sample);
      if (!file.startsWith(from)) {
        throw new InputException("%s is not below %s".formatted(file, root));
      }
      Path to = from.resolve(splits.classFolder(correction, sample)).resolve(file.getFileName());
      if (!taken.add(to)) {
        to = to.resolveSibling(numbered(file.getFileName().toString(), sample.id()));
        taken.add(to);
      }
      lines.add(
          CsvRow.line(List.of(AuditFiles.relative(from, file), AuditFiles.relative(from, to))));
    }
    AtomicFile.writeString(out, "from,to\n" + String.join("", lines));
    return lines.size();
  }

  /** Returns the file of each place, which is relative to the folder. */
  private static Map<Path, Path> places(Correction correction, Splits splits) {
    Map<Path, Path> places = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>();
    for (Correction.Sample sample : correction.samples()) {
      Path folder = splits.classFolder(correction, sample);
      String name = correction.file(sample).getFileName().toString();
      // not every file system tells capitals apart
      if (!taken.add((folder + "/" + name).toLowerCase(Locale.ROOT))) {
        name = numbered(name, sample.id());
        taken.add((folder + "/" + name).toLowerCase(Locale.ROOT));
      }
      places.put(folder.resolve(name), correction.file(sample));
    }
    return places;
  }

  private static String numbered(String name, long id) {
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? name + "-" + id : name.substring(0, dot) + "-" + id + name.substring(dot);
  }

  private static String folder(String label) {
    boolean fits =
        !label.isBlank()
            && !label.startsWith(".")
            && label.chars().noneMatch(c -> c < ' ' || "/\\:*?\"<>|".indexOf(c) >= 0);
    if (!fits) {
      throw new InputException(
          "the class '%s' cannot be the name of a folder on every system; write a manifest instead"
              .formatted(label));
    }
    return label;
  }
}

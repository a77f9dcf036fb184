package dev.rote.audit;

import dev.rote.format.AtomicFile;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A folder of images for each class, with the labels as decided. The given files stay. */
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
   * Makes the folder, whole or not at all. A file keeps its name; where a class has two files of
   * one name, the later one gets its sample id in its name.
   *
   * @param out a directory that does not exist
   * @return number of files
   * @throws InputException if {@code out} exists or cannot be made, a class has a name that no
   *     folder can have, or a file cannot be linked or copied
   */
  public static int write(Correction correction, Path out, By by) throws IOException {
    Path target = out.toAbsolutePath().normalize();
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new InputException(out + " exists; name a new directory for the corrected folder");
    }
    if (target.getParent() == null || !Files.isDirectory(target.getParent())) {
      throw new InputException("cannot write " + out + ": name a directory in one that exists");
    }
    Map<Correction.Sample, Path> places = places(correction);
    Path partial = target.resolveSibling("." + target.getFileName() + ".tmp");
    delete(partial);
    try {
      for (Map.Entry<Correction.Sample, Path> entry : places.entrySet()) {
        Path from = correction.file(entry.getKey());
        Path to = partial.resolve(entry.getValue());
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
      delete(partial);
    }
    return places.size();
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
    Path from = root.toAbsolutePath().normalize();
    List<String> lines = new ArrayList<>();
    Set<Path> taken = new HashSet<>();
    correction.samples().forEach(sample -> taken.add(correction.file(sample)));
    for (Correction.Sample sample : correction.samples()) {
      if (sample.label().equals(sample.before())) {
        continue;
      }
      Path file = correction.file(sample);
      if (!file.startsWith(from)) {
        throw new InputException("%s does not lie below %s".formatted(file, root));
      }
      Path to = from.resolve(folder(sample.label())).resolve(file.getFileName());
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

  /** Returns where each file goes, relative to the folder. */
  private static Map<Correction.Sample, Path> places(Correction correction) {
    Map<Correction.Sample, Path> places = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>();
    for (Correction.Sample sample : correction.samples()) {
      String folder = folder(sample.label());
      String name = correction.file(sample).getFileName().toString();
      // not every file system tells capitals apart
      if (!taken.add((folder + "/" + name).toLowerCase(Locale.ROOT))) {
        name = numbered(name, sample.id());
        taken.add((folder + "/" + name).toLowerCase(Locale.ROOT));
      }
      places.put(sample, Path.of(folder, name));
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

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}

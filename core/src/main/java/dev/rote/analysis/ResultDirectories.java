package dev.rote.analysis;

import dev.rote.audit.AuditFiles;
import dev.rote.run.StudyDirectory;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the results of studies and audits. */
public final class ResultDirectories {
  /** Studies and audits are found this many levels below a directory. */
  private static final int DEPTH = 3;

  /** Largest depth of the directories of an audit's networks. */
  private static final int NETWORK_DEPTH = 2;

  private ResultDirectories() {}

  /**
   * Returns the studies and audits at or below a directory, sorted by their paths. What cannot be
   * read is skipped; the networks of an audit do not count as studies.
   *
   * @throws IOException if the directory cannot be searched
   */
  public static List<Path> below(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    Path start = directory.toRealPath(); // may be a link; links within are not followed
    Files.walkFileTree(
        start,
        Set.of(),
        DEPTH + 1,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            if (AuditFiles.holdsAudit(path) || StudyDirectory.holdsStudy(path)) {
              found.add(directory.resolve(start.relativize(path)));
              return FileVisitResult.SKIP_SUBTREE;
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(null);
    return List.copyOf(found);
  }

  /**
   * Returns the study directories of an audit's networks, sorted; none if it trained none.
   *
   * @throws InputException if the directory cannot be read
   */
  public static List<Path> networks(Path audit) {
    try (Stream<Path> files = Files.walk(audit, NETWORK_DEPTH)) {
      return files.filter(StudyDirectory::holdsStudy).sorted().toList();
    } catch (IOException e) {
      throw InputException.cannotRead(audit, e);
    }
  }
}

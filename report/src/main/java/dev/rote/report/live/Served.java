package dev.rote.report.live;

import dev.rote.analysis.ResultDirectories;
import dev.rote.audit.AuditFiles;
import dev.rote.run.StudyDirectory;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a server shows.
 *
 * @param root page of studies that are shown together; of none where there is an index
 * @param pages a page for each study of an index
 */
record Served(StudyPage root, List<StudyPage> pages, Audits audits) {
  /**
   * Finds what directories hold.
   *
   * @throws InputException if one holds neither a study nor an audit
   */
  static Served of(List<Path> directories) throws IOException {
    Map<Path, String> studies = new LinkedHashMap<>();
    List<Audits.Entry> audits = new ArrayList<>();
    boolean index = false;
    for (Path directory : directories) {
      List<Path> found =
          Files.isDirectory(directory) ? ResultDirectories.below(directory) : List.of();
      if (found.isEmpty()) {
        StudyDirectory.requireStudy(directory);
      }
      boolean parent = !found.equals(List.of(directory));
      index |= parent;
      for (Path path : found) {
        String name =
            !parent
                ? name(path.toAbsolutePath().normalize().getFileName())
                : name(directories.size() == 1 ? directory.relativize(path) : path);
        if (AuditFiles.holdsAudit(path)) {
          audits.add(new Audits.Entry(name, path));
        } else {
          studies.put(path, name);
        }
      }
    }
    List<StudyPage> pages = new ArrayList<>();
    if (index) {
      for (Map.Entry<Path, String> study : studies.entrySet()) {
        pages.add(new StudyPage(study.getValue(), List.of(study.getKey())));
      }
    }
    return new Served(
        new StudyPage("", index ? List.of() : List.copyOf(studies.keySet())),
        List.copyOf(pages),
        new Audits(audits));
  }

  private static String name(Path path) {
    return path == null ? "" : path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }
}

package dev.rote.cli;

import dev.rote.analysis.ResultDirectories;
import dev.rote.audit.AuditFiles;
import dev.rote.run.PlanFile;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code rote list}: the studies and audits below a directory. */
@Command(
    name = "list",
    description =
        "Lists the studies below a directory with the number of finished runs, and the audits with"
            + " their verdict.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  /**
   * One study.
   *
   * @param runs runs that are planned or have begun
   * @param finished those of them that are finished
   */
  record Study(String path, String dataset, String network, int runs, int finished) {}

  /**
   * One audit.
   *
   * @param noiseRate null if unfinished
   */
  record Audit(String path, boolean finished, Double noiseRate, String verdict) {}

  private final List<Study> studies = new ArrayList<>();
  private final List<Audit> audits = new ArrayList<>();

  @Mixin private Output.WithJson output;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      defaultValue = ".",
      description = "directory to search (default: the working directory)")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new InputException(directory + " is not a directory; name one that holds studies");
    }
    find();
    int width =
        Stream.concat(studies.stream().map(Study::path), audits.stream().map(Audit::path))
            .mapToInt(String::length)
            .max()
            .orElse(0);
    for (Study study : studies) {
      output
          .results()
          .printf(
              "%-" + width + "s  %s on %s, %d of %d %s finished%n",
              study.path(),
              study.network(),
              study.dataset(),
              study.finished(),
              study.runs(),
              study.runs() == 1 ? "run" : "runs");
    }
    for (Audit audit : audits) {
      output.results().printf("%-" + width + "s  audit: %s%n", audit.path(), audit.verdict());
    }
    output.results().flush();
    if (studies.isEmpty() && audits.isEmpty()) {
      output.notice("no studies and no audits in " + directory);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("directory", directory.toString());
    fields.put("studies", studies);
    fields.put("audits", audits);
    output.json(fields);
    return 0;
  }

  private void find() throws IOException {
    for (Path path : ResultDirectories.below(directory)) {
      try {
        if (AuditFiles.holdsAudit(path)) {
          audits.add(audit(path));
        } else {
          studies.add(study(path));
        }
      } catch (InputException e) {
        output.warn(e.getMessage());
      }
    }
  }

  private static Study study(Path path) throws IOException {
    StudyDirectory.Identity identity = StudyDirectory.identity(path).orElseThrow();
    Map<String, Boolean> begun = StoredRun.begun(path);
    Set<String> runs = new HashSet<>(begun.keySet());
    PlanFile.read(path).runs().forEach(run -> runs.add(run.id()));
    return new Study(
        path.toString(),
        identity.dataset(),
        String.valueOf(identity.network()),
        runs.size(),
        (int) begun.values().stream().filter(finished -> finished).count());
  }

  private static Audit audit(Path path) {
    if (!Files.exists(path.resolve(AuditFiles.AUDIT))) {
      return new Audit(path.toString(), false, null, "unfinished");
    }
    return AuditFiles.read(
        path,
        facts -> {
          JsonNode rate = facts.path("noise_rate");
          return new Audit(
              path.toString(),
              true,
              rate.isNumber() ? rate.asDouble() : null,
              facts.path("verdict").asString());
        });
  }
}

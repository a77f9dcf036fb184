package dev.rote.cli;

import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rote list}: the studies below a directory. */
@Command(
    name = "list",
    description = "Lists the studies below a directory, with the number of finished runs.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  private static final int DEPTH = 3;

  /**
   * One study.
   *
   * @param runs runs that have begun
   * @param finished those of them that are finished
   */
  record Study(String path, String dataset, String network, int runs, int finished) {}

  @Mixin private Output.WithJson output;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      defaultValue = "studies",
      description = "where to look (default: ${DEFAULT-VALUE})")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new InputException(directory + " is not a directory; name one that holds studies");
    }
    List<Study> studies = studies(directory);
    int width = studies.stream().mapToInt(study -> study.path().length()).max().orElse(0);
    for (Study study : studies) {
      output
          .results()
          .printf(
              "%-" + width + "s  %s on %s, %d of %d runs finished%n",
              study.path(),
              study.network(),
              study.dataset(),
              study.finished(),
              study.runs());
    }
    output.results().flush();
    if (studies.isEmpty()) {
      output.notice("no studies in " + directory);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("directory", directory.toString());
    fields.put("studies", studies);
    output.json(fields);
    return 0;
  }

  private static List<Study> studies(Path directory) throws IOException {
    List<Path> paths;
    try (Stream<Path> found =
        Files.find(directory, DEPTH, (path, attributes) -> attributes.isDirectory())) {
      paths = found.filter(path -> Files.exists(path.resolve("study.json"))).sorted().toList();
    }
    List<Study> studies = new ArrayList<>();
    for (Path path : paths) {
      StudyDirectory.Identity identity = StudyDirectory.identity(path).orElseThrow();
      List<StoredRun> runs = StoredRun.readAll(path);
      studies.add(
          new Study(
              path.toString(),
              identity.dataset(),
              String.valueOf(identity.network()),
              runs.size(),
              (int) runs.stream().filter(StoredRun::finished).count()));
    }
    return studies;
  }
}

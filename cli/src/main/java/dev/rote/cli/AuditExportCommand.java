package dev.rote.cli;

import dev.rote.audit.AuditFiles;
import dev.rote.audit.LabelStudio;
import dev.rote.text.Count;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rote audit export}: suspects of an audit for review in Label Studio. */
@Command(
    name = "export",
    description = {
      "Writes the most suspect samples of an audit as Label Studio tasks, with the suggested class"
          + " as prediction.",
      "Export your annotations as JSON, and give that file to 'rote audit apply'."
    },
    mixinStandardHelpOptions = true)
final class AuditExportCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Parameters(paramLabel = "DIR", description = "directory of the audit")
  private Path audit;

  @Option(
      names = "--document-root",
      paramLabel = "DIR",
      description =
          "directory that Label Studio serves local files from, its LOCAL_FILES_DOCUMENT_ROOT"
              + " (default: the folder of the images)")
  private Path documents;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "number of samples (default: those estimated to be wrong)")
  private Integer top;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "file to write")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Path file = audit.resolve(AuditFiles.AUDIT);
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "%s holds no %s; name the directory that an audit wrote to"
              .formatted(audit, AuditFiles.AUDIT));
    }
    if (top != null && top < 1) {
      throw new InputException("--top " + top + " is below 1");
    }
    if (AuditFiles.readLabelSets(audit).isPresent()) {
      throw new InputException(
          audit
              + " audits samples with several labels, of which there are no Label Studio tasks;"
              + " decide on its page");
    }
    String root = AuditFiles.read(audit, facts -> facts.path("images").asString(""));
    if (root.isEmpty()) {
      throw new InputException(
          audit + " knows no image files; audit a folder, or with a --manifest that has paths");
    }
    int most =
        top != null
            ? top
            : Math.max(1, AuditFiles.read(audit, facts -> facts.path("suspects").asInt()));
    Path served = documents != null ? documents : Path.of(root);
    LabelStudio.Tasks tasks = LabelStudio.writeTasks(audit, Path.of(root), served, most, out);
    Path labels = out.resolveSibling(out.getFileName() + ".xml");
    LabelStudio.writeInterface(tasks, AuditFiles.readClassNames(audit), labels);
    PrintWriter text = command.commandLine().getOut();
    text.printf("%s: %s%n", Count.of(tasks.all(), "task"), out);
    text.println("Labelling interface, for the project's settings: " + labels);
    text.printf(
        "Start Label Studio with LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true and"
            + " LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT=%s, and add local storage to the project%n",
        served.toAbsolutePath().normalize());
    text.flush();
    return 0;
  }
}

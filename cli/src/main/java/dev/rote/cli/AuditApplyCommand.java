package dev.rote.cli;

import dev.rote.audit.AuditFiles;
import dev.rote.audit.Decisions;
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

/** {@code rote audit apply}: a corrected manifest from decisions. */
@Command(
    name = "apply",
    description =
        "Writes a manifest with the labels as decided in audit.html; changes no other file.",
    mixinStandardHelpOptions = true)
final class AuditApplyCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Parameters(paramLabel = "DECISIONS", description = "decisions.csv, exported from audit.html")
  private Path decisions;

  @Option(
      names = "--manifest",
      required = true,
      paramLabel = "FILE",
      description = "what was audited; for a folder, the audit's manifest.csv")
  private Path manifest;

  @Option(
      names = "--audit",
      paramLabel = "DIR",
      description =
          "directory of the audit, which lists the images that cannot be read, so that their rows"
              + " are left out (default: the directory of --manifest)")
  private Path audit;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "file to write")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Path directory = audit != null ? audit : manifest.toAbsolutePath().getParent();
    if (audit != null && !Files.isRegularFile(audit.resolve(AuditFiles.AUDIT))) {
      throw new InputException(
          "%s holds no %s; --audit names the directory that an audit wrote to"
              .formatted(audit, AuditFiles.AUDIT));
    }
    Decisions.Applied applied =
        Decisions.read(decisions).apply(manifest, AuditFiles.readUnreadable(directory), out);
    PrintWriter text = command.commandLine().getOut();
    text.printf(
        "%d kept, %d relabelled, %d dropped, %d not decided and left as they were%n",
        applied.kept(), applied.relabelled(), applied.dropped(), applied.undecided());
    if (applied.unreadable() > 0) {
      text.printf("%d left out because their image cannot be read%n", applied.unreadable());
    }
    text.println("Corrected manifest: " + out);
    text.flush();
    return 0;
  }
}

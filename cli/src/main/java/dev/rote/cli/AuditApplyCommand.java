package dev.rote.cli;

import dev.rote.audit.Decisions;
import java.io.IOException;
import java.io.PrintWriter;
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

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "file to write")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Decisions.Applied applied = Decisions.read(decisions).apply(manifest, out);
    PrintWriter text = command.commandLine().getOut();
    text.printf(
        "%d kept, %d relabelled, %d dropped, %d not decided and left as they were%n",
        applied.kept(), applied.relabelled(), applied.dropped(), applied.undecided());
    text.println("Corrected manifest: " + out);
    text.flush();
    return 0;
  }
}

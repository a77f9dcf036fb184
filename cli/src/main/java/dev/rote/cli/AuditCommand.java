package dev.rote.cli;

import dev.rote.audit.Decisions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rote audit}: which labels of a data set are wrong, and what becomes of them. */
@Command(
    name = "audit",
    description = "Corrects the labels of a data set as was decided on an audit's page.",
    mixinStandardHelpOptions = true)
final class AuditCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "apply",
      description =
          "Writes a corrected manifest from a manifest and the decisions.csv that audit.html exported."
              + " What is given stays as it is.",
      mixinStandardHelpOptions = true)
  int apply(
      @Parameters(paramLabel = "DECISIONS", description = "decisions.csv") Path decisions,
      @Option(
              names = "--manifest",
              paramLabel = "FILE",
              required = true,
              description = "CSV with path,label that the audit was made of")
          Path manifest,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              required = true,
              description = "the corrected manifest to write")
          Path out)
      throws IOException {
    Decisions.Applied applied = Decisions.read(decisions).apply(manifest, out);
    PrintWriter text = spec.commandLine().getOut();
    text.printf(
        "%d kept, %d relabelled, %d dropped, %d not decided and left as they were%n",
        applied.kept(), applied.relabelled(), applied.dropped(), applied.undecided());
    text.println("Corrected manifest: " + out);
    text.flush();
    return 0;
  }
}

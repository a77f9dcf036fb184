package dev.rote.cli;

import dev.rote.audit.AuditFiles;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.run.Summary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rote show}: the runs of one study, or an audit. */
@Command(
    name = "show",
    description = "Shows the runs of a study, or an audit, finished or not.",
    mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
  @Mixin private Output.WithJson output;

  @Parameters(paramLabel = "DIR", description = "results directory of a study or an audit")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    if (AuditFiles.holdsAudit(directory)) {
      AuditView.show(directory, output.results());
      output.json(AuditView.json(directory));
      return 0;
    }
    StudyDirectory.requireStudy(directory);
    StudyDirectory.identity(directory);
    List<StoredRun> runs = StoredRun.readAll(directory);
    if (runs.isEmpty()) {
      output.notice("no run of " + directory + " has begun");
    }
    SummaryTable.print(runs, Output.width(), output.results());
    output.json(SummaryTable.json(directory, List.of(directory), Summary.ofAll(runs)));
    return 0;
  }
}

package dev.rote.cli;

import dev.rote.claim.Thresholds;
import dev.rote.cluster.ClusterConnector;
import dev.rote.engine.Launcher;
import dev.rote.engine.Machine;
import dev.rote.engine.Study;
import dev.rote.engine.StudyResult;
import dev.rote.report.Report;
import dev.rote.report.live.LiveServer;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Device;
import dev.rote.text.InputException;
import dev.rote.text.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rote study}: trains a grid of runs and shows what each of them memorized. */
@Command(
    name = "study",
    description = {
      "Trains networks on labels that were altered at a known rate, and records what they"
          + " memorized.",
      "Without options: the quick study, on built-in data. Run the same command again to continue"
          + " where it stopped."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class StudyCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Mixin private SpecOptions options;
  @Mixin private MachineOptions machine;
  @Mixin private Output.WithJson output;

  @Option(
      names = "--serve",
      description = "serve a page that shows the study while it runs; see 'rote serve'")
  private boolean serve;

  @Option(
      names = "--no-browser",
      description = "with --serve, do not open the page in the browser of this desktop")
  private boolean noBrowser;

  @Option(
      names = "--dry-run",
      description = "show what would run and how long it would take; train nothing")
  private boolean dryRun;

  @Option(
      names = "--cluster",
      paramLabel = "MASTER",
      description =
          "train on Spark: spark://HOST:7077, yarn, k8s://… or local-cluster[2,1,1024]; --threads"
              + " are those of each run (default: 1)")
  private String cluster;

  @Override
  public Integer call() throws IOException, InterruptedException {
    SpecOptions.Stated stated = options.read();
    Path directory = stated.out();
    ProgressDisplay progress = ProgressDisplay.on(output);
    Study study =
        cluster == null
            ? Study.plan(stated.spec(), directory, machine.machine(), progress)
            : planForCluster(stated);
    if (dryRun) {
      PlanView.print(study, output.results());
      PlanView.printRuns(study.plan(), output.results());
      output.json(PlanView.json(study));
      return 0;
    }
    AtomicReference<LiveServer> page = new AtomicReference<>();
    if (serve) {
      progress.onceLocked(() -> page.set(serve(directory)));
    }
    try {
      return Interruptible.run(() -> train(study, progress), command.commandLine().getErr());
    } finally {
      if (page.get() != null) {
        page.get().close();
        String again = ShellWords.line(List.of(Program.command(), "serve", directory.toString()));
        output.notice("The page has stopped; this shows it again: " + again);
      }
    }
  }

  private Study planForCluster(SpecOptions.Stated stated) throws IOException {
    Machine each = machine.machine();
    if (each.workers().isPresent()) {
      throw new InputException(
          "--workers: with --cluster, the cluster decides how many runs train");
    }
    return Study.plan(
        stated.spec(),
        stated.out().toAbsolutePath().normalize(),
        each.device().orElse(Device.CPU),
        each.threads().orElse(1));
  }

  private StudyResult run(Study study, ProgressDisplay progress)
      throws IOException, InterruptedException {
    if (cluster == null) {
      return study.run(progress);
    }
    ClusterConnector connector =
        ServiceLoader.load(ClusterConnector.class)
            .findFirst()
            .orElseThrow(
                () ->
                    new InputException(
                        "--cluster needs Spark, which is not on the class path: start with the"
                            + " script 'rote' of a source tree, or use spark-submit; see"
                            + " docs/cluster.md"));
    try (Launcher launcher = connector.connect(cluster, study)) {
      return study.run(launcher, progress);
    }
  }

  private LiveServer serve(Path directory) {
    LiveServer server = LiveServer.start(List.of(directory), "127.0.0.1", 0);
    output.notice("Page:     " + server.address());
    if (!noBrowser) {
      DesktopBrowser.open(server.address());
    }
    return server;
  }

  private int train(Study study, ProgressDisplay progress)
      throws IOException, InterruptedException {
    StudyResult result;
    try (progress) {
      result = run(study, progress);
    }
    PrintWriter text = output.results();
    SummaryTable.print(result.summaries(), result.plan().runs(), Output.width(), text);
    text.println();
    text.println("Runs and summary: " + result.out().resolve(StudyDirectory.SUMMARY));
    text.println();
    if (!result.summaries().isEmpty()) {
      ReportCommand.print(
          Report.write(List.of(result.out()), result.out(), Thresholds.DEFAULT), text);
    }
    output.json(SummaryTable.json(result.out(), result.summaries()));
    return Main.exitCode(result.missing(), result.plan().runs().size(), command.commandLine());
  }
}

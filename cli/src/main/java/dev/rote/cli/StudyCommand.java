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
import dev.rote.text.ShellWords;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.ArgGroup;
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
    abbreviateSynopsis = true,
    sortOptions = false)
final class StudyCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Mixin private SpecOptions options;
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

  @Option(
      names = "--store",
      paramLabel = "URL",
      description =
          "with --cluster: object store that keeps the runs while they train, such as"
              + " s3a://bucket/directory; finished runs are brought to --out")
  private String store;

  @ArgGroup(validate = false, order = 3, heading = "%nWhere runs are trained:%n")
  private MachineOptions machine = new MachineOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (store != null && cluster == null) {
      throw new InputException("--store is for --cluster: runs of this machine are kept in --out");
    }
    SpecOptions.Series series = options.read();
    List<Study> studies = new ArrayList<>();
    for (SpecOptions.Stated stated : series.studies()) {
      studies.add(cluster == null ? plan(stated) : planForCluster(stated));
    }
    if (dryRun) {
      describe(studies);
      return 0;
    }
    AtomicReference<LiveServer> page = new AtomicReference<>();
    if (serve && studies.size() > 1) {
      for (Study study : studies) {
        study.prepare(); // so that the page shows what waits
      }
    }
    ProgressDisplay.Action onceLocked =
        () -> {
          if (serve && page.get() == null) {
            page.set(serve(directories(studies)));
          }
        };
    try {
      return Interruptible.run(
          () -> train(studies, series.out(), onceLocked), command.commandLine().getErr());
    } finally {
      if (page.get() != null) {
        page.get().close();
        List<String> again = new ArrayList<>(List.of(Program.command(), "serve"));
        directories(studies).forEach(directory -> again.add(directory.toString()));
        output.notice("The page has stopped; this shows it again: " + ShellWords.line(again));
      }
    }
  }

  private static List<Path> directories(List<Study> studies) {
    return studies.stream().map(Study::out).toList();
  }

  private void describe(List<Study> studies) {
    for (Study study : studies) {
      PlanView.print(study, output.results());
      PlanView.printRuns(study.plan(), output.results());
      output.results().println();
    }
    if (studies.size() > 1) {
      PlanView.printTotal(studies, output.results());
    }
    output.json(PlanView.json(studies));
  }

  private Study plan(SpecOptions.Stated stated) throws IOException, InterruptedException {
    try (ProgressDisplay progress = ProgressDisplay.on(output)) {
      return Study.plan(stated.spec(), stated.out(), machine.machine(), progress);
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
    try (Launcher launcher = connector.connect(cluster, study, Optional.ofNullable(store))) {
      return study.run(launcher, progress);
    }
  }

  private LiveServer serve(List<Path> directories) {
    LiveServer server = LiveServer.start(directories, "127.0.0.1", 0);
    output.notice("Page:     " + server.address());
    if (!noBrowser) {
      DesktopBrowser.open(server.address());
    }
    return server;
  }

  /** Trains studies one after another, and reports on all of them. */
  private int train(List<Study> studies, Path out, ProgressDisplay.Action onceLocked)
      throws IOException, InterruptedException {
    PrintWriter text = output.results();
    List<StudyResult> results = new ArrayList<>();
    for (Study study : studies) {
      if (studies.size() > 1) {
        output.notice("Study %d of %d".formatted(results.size() + 1, studies.size()));
      }
      StudyResult result;
      try (ProgressDisplay progress = ProgressDisplay.on(output)) {
        progress.onceLocked(onceLocked);
        result = run(study, progress);
      }
      results.add(result);
      if (studies.size() > 1) {
        text.println(study.plan().spec().network() + " on " + study.plan().spec().data().dataset());
      }
      SummaryTable.print(result.summaries(), result.plan().runs(), Output.width(), text);
      text.println();
      text.println("Runs and summary: " + result.out().resolve(StudyDirectory.SUMMARY));
      text.println();
      text.flush();
    }
    if (results.stream().anyMatch(result -> !result.summaries().isEmpty())) {
      ReportCommand.print(Report.write(directories(studies), out, Thresholds.DEFAULT), text);
    }
    output.json(
        SummaryTable.json(
            out,
            directories(studies),
            results.stream().flatMap(result -> result.summaries().stream()).toList()));
    return Main.exitCode(
        results.stream().flatMap(result -> result.missing().stream()).toList(),
        results.stream().mapToInt(result -> result.plan().runs().size()).sum(),
        command.commandLine());
  }
}

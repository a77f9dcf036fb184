package dev.rote.cli;

import dev.rote.cluster.ClusterJob;
import dev.rote.cluster.KubernetesJob;
import dev.rote.cluster.SlurmScript;
import dev.rote.engine.PlannedRun;
import dev.rote.engine.Study;
import dev.rote.study.Device;
import dev.rote.text.InputException;
import dev.rote.text.Program;
import dev.rote.text.ShellWords;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rote plan}: prepares a study whose runs other machines train. */
@Command(
    name = "plan",
    description = {
      "Prepares a study for a cluster: creates the directory of each run and prints the ids of"
          + " those that are not finished, the longest first. Trains nothing.",
      "Each run can then be trained on any machine that sees the directory: rote run DIR/runs/ID.",
      "With --slurm or --kubernetes, prints the file of a job that does so."
    },
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false)
final class PlanCommand implements Callable<Integer> {
  @Mixin private SpecOptions options;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "cpu or cuda: where each run trains (default: ${DEFAULT-VALUE})")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "threads of each run (default: ${DEFAULT-VALUE})")
  private int threads;

  @ArgGroup private Scheduler scheduler;

  /** The scheduler whose file is printed. */
  static final class Scheduler {
    @Option(names = "--slurm", description = "print the script of an array job for sbatch")
    boolean slurm;

    @Option(names = "--kubernetes", description = "print the manifest of an Indexed Job")
    boolean kubernetes;
  }

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "largest number of runs that the job trains at once (default: all)")
  private Integer parallel;

  @Option(
      names = "--image",
      paramLabel = "NAME",
      defaultValue = "rote",
      description = "container image with Rote, for --kubernetes (default: ${DEFAULT-VALUE})")
  private String image;

  @Option(
      names = "--claim",
      paramLabel = "NAME",
      defaultValue = "rote",
      description =
          "PersistentVolumeClaim that holds the study, for --kubernetes (default:"
              + " ${DEFAULT-VALUE})")
  private String claim;

  @Option(
      names = "--mount",
      paramLabel = "DIR",
      description = "where the claim is mounted in each pod (default: the directory of the study)")
  private Path mount;

  @Mixin private Output.WithJson output;

  @Override
  public Integer call() throws IOException {
    requirePositive("--threads", threads);
    if (parallel != null) {
      requirePositive("--parallel", parallel);
    }
    if (scheduler == null && parallel != null) {
      throw new InputException("--parallel is for --slurm and --kubernetes; give one of them");
    }
    if ((scheduler == null || !scheduler.kubernetes) && mount != null) {
      throw new InputException("--mount is for --kubernetes; leave it out");
    }
    SpecOptions.Stated stated = options.read().only();
    Path out = stated.out();
    Study study = Study.plan(stated.spec(), out, Device.parse(device), threads);
    List<PlannedRun> runs = ClusterJob.longestFirst(study.plan().unfinished());
    String job = scheduler == null ? "" : job(ClusterJob.of(study));
    study.prepare();
    PrintWriter text = output.results();
    if (scheduler == null) {
      runs.forEach(run -> text.println(run.id()));
    } else {
      text.print(job);
    }
    text.flush();
    study.plan().warnings().forEach(warning -> output.notice("Warning: " + warning));
    output.notice(
        "%d of %d runs to train; train each with: %s"
            .formatted(
                runs.size(),
                study.plan().runs().size(),
                ShellWords.line(
                    List.of(Program.command(), "run", "" + out.resolve("runs").resolve("ID")))));
    output.json(
        Map.of(
            "directory",
            out.toAbsolutePath().normalize().toString(),
            "runs",
            runs.stream().map(PlannedRun::id).toList()));
    return 0;
  }

  private String job(ClusterJob job) {
    OptionalInt atOnce = parallel == null ? OptionalInt.empty() : OptionalInt.of(parallel);
    return scheduler.slurm
        ? SlurmScript.of(job, atOnce)
        : new KubernetesJob(
                image,
                claim,
                mount == null ? job.directory() : mount.toAbsolutePath().normalize(),
                atOnce)
            .of(job);
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new InputException(option + " " + value + ": expected an integer of at least 1");
    }
  }
}

package dev.rote.cli;

import dev.rote.claim.Thresholds;
import dev.rote.engine.Allocation;
import dev.rote.engine.GpuState;
import dev.rote.engine.PlannedRun;
import dev.rote.engine.SpeedMeter;
import dev.rote.engine.StudyPlan;
import dev.rote.noise.LabelNoise;
import dev.rote.report.Report;
import dev.rote.report.live.LiveServer;
import dev.rote.run.PlanFile;
import dev.rote.run.StudyDirectory;
import dev.rote.run.Summary;
import dev.rote.study.Augmentation;
import dev.rote.study.Decay;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkKind;
import dev.rote.study.Precision;
import dev.rote.study.StudyOptions;
import dev.rote.study.StudySpec;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rote study}: trains a grid of runs and shows what each of them memorized. */
@Command(
    name = "study",
    description = {
      "Trains networks on labels that were altered at a known rate, and records what they"
          + " memorized.",
      "Without options: the quick study, on built-in data. The same command again goes on where it"
          + " stopped."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class StudyCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "study file (YAML); options override it")
  private Path file;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "quick, paper-mnist-resnet18, paper-cifar10-resnet32, paper-cifar10-inception-lite,"
              + " robust-mnist, robust-cifar10, robust-cifar10-small, alpha-mnist or alpha-cifar10")
  private String preset;

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description = "glyphs, mnist, cifar10, folder or manifest")
  private String dataset;

  @Option(names = "--data", paramLabel = "PATH", description = "directory or file of the data set")
  private String data;

  @Option(
      names = "--subset",
      paramLabel = "N",
      description = "train on N images, equally many of each class")
  private Integer subset;

  @Option(names = "--test-subset", paramLabel = "N", description = "test on N images")
  private Integer testSubset;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description = "side that folder and manifest images are resized to")
  private Integer imageSize;

  @Option(names = "--grey", description = "read folder and manifest images as grey")
  private Boolean grey;

  @Option(names = "--data-seed", paramLabel = "N", description = "seed of the subset and of glyphs")
  private Long dataSeed;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      description = "inception-lite, resnet32, resnet18, resnet9, cnn8, cnn4, small-cnn or mlp")
  private String network;

  @Option(
      names = "--loss",
      paramLabel = "LOSS",
      description =
          "cce, 'rll(alpha=0.1)', 'normalized(mse)', 'nce + 10*rce', com.example.MyLoss, …;"
              + " repeatable")
  private List<String> losses;

  @Option(
      names = "--noise",
      paramLabel = "NOISE",
      description =
          "none, 'symmetric(0.4)', 'symmetric(0.4, exact)', 'uniform(0.4)', 'pair(0.4)',"
              + " 'matrix(FILE)', 'labels(FILE)'; repeatable")
  private List<String> noises;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "seed of noise, weights and batch order; repeatable")
  private List<Long> seeds;

  @Option(names = "--epochs", paramLabel = "N", description = "passes over the training set")
  private Integer epochs;

  @Option(names = "--batch-size", paramLabel = "N", description = "samples a step")
  private Integer batchSize;

  @Option(names = "--optimizer", paramLabel = "NAME", description = "sgd or adam")
  private String optimizer;

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "learning rate")
  private Double learningRate;

  @Option(
      names = "--loss-rate",
      paramLabel = "LOSS=RATE",
      description = "learning rate of one loss; the rate follows the last '='; repeatable")
  private List<String> lossRates;

  @Option(names = "--momentum", paramLabel = "M", description = "momentum of sgd")
  private Double momentum;

  @Option(names = "--weight-decay", paramLabel = "L", description = "L2 penalty")
  private Double weightDecay;

  @Option(
      names = "--schedule",
      paramLabel = "SCHEDULE",
      description = "constant, cosine, 'exponential(0.95)', 'steps(0.1, 100, 150)'")
  private String schedule;

  @Option(
      names = "--warmup",
      paramLabel = "EPOCHS",
      description = "epochs over which the rate rises to its full value")
  private Integer warmup;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description = "float32, bf16 or, on a GPU, tf32")
  private String precision;

  @Option(
      names = "--augmentation",
      paramLabel = "NAME",
      description = "none, flip, 'crop(4)' or 'flip+crop(4)': at random, on training images")
  private String augmentation;

  @Option(
      names = "--clip",
      paramLabel = "NORM",
      description = "scale gradients that are longer down to this norm (0: never)")
  private Double clip;

  @Option(
      names = "--keep-weights",
      paramLabel = "N",
      description =
          "keep the weights of every N-th epoch, for 'rote theory' (default: the final ones)")
  private Integer keepWeights;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "directory of the results (default: studies/NAME)")
  private String out;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "cpu, cuda or auto: a GPU where one can be used (default: ${DEFAULT-VALUE})")
  private String device;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "auto",
      description =
          "runs at once (default: ${DEFAULT-VALUE}: what trials of some seconds show to be"
              + " fastest)")
  private String workers;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads of each run (default: processors / workers)")
  private Integer threads;

  @Option(
      names = "--serve",
      description = "serve a page that shows the study while it runs; see 'rote serve'")
  private boolean serve;

  @Option(
      names = "--dry-run",
      description = "say what would run and how long it would take; train nothing")
  private boolean dryRun;

  @Override
  public Integer call() throws IOException, InterruptedException {
    StudyOptions options = options();
    StudySpec spec = options.resolve();
    Path directory = Path.of(options.out() == null ? defaultOut(options, spec) : options.out());
    StudyPlan plan = StudyPlan.of(spec, directory);
    List<PlannedRun> unfinished = plan.runs().stream().filter(run -> !run.finished()).toList();
    PrintWriter text = command.commandLine().getOut();
    Consumer<String> notice =
        line -> {
          text.println(line);
          text.flush();
        };
    Device chosen = GpuState.choose(device, notice);
    SpeedMeter.Choice choice =
        allocation(chosen, workers, threads, unfinished.size(), plan, notice);
    if (dryRun) {
      StudyDirectory.check(directory, plan.identity());
      PlanView.print(plan, directory, choice, text);
      PlanView.printRuns(plan, text);
      return 0;
    }
    try (StudyDirectory results =
        StudyDirectory.open(directory, plan.identity(), plan.bytesToWrite())) {
      PlanView.print(plan, directory, choice, text);
      new PlanFile(plan.runs().stream().map(run -> PlanFile.Run.of(run.record())).toList())
          .write(directory);
      if (serve) {
        notice.accept(
            "Page:     " + LiveServer.start(List.of(directory), "127.0.0.1", 0).address());
      }
      Progress progress = Progress.on(text, unfinished);
      if (!unfinished.isEmpty()) {
        Interruptible.train(unfinished, results.path(), choice.allocation(), progress, text);
      }
      List<Summary> rows = results.summarize();
      SummaryTable.print(rows, plan.runs(), text);
      text.println();
      text.println("Runs and summary: " + results.summaryFile());
      text.println();
      if (!rows.isEmpty()) {
        ReportCommand.print(Report.write(List.of(directory), directory, Thresholds.DEFAULT), text);
      }
      if (progress.failure().isEmpty()) {
        return 0;
      }
      command.commandLine().getErr().println("rote: " + progress.failure().get());
      return progress.crashed() ? Main.FAILED : Main.BAD_INPUT;
    }
  }

  /** What was asked for, or what the machine does best. */
  private static SpeedMeter.Choice allocation(
      Device device,
      String workers,
      Integer threads,
      int runs,
      StudyPlan plan,
      Consumer<String> notice)
      throws IOException, InterruptedException {
    if (workers.equals("auto") && threads == null) {
      return SpeedMeter.ofThisMachine(notice).choose(plan, device);
    }
    int processors = Runtime.getRuntime().availableProcessors();
    int most = threads == null ? processors : processors / positive("--threads", "" + threads);
    int atOnce =
        workers.equals("auto") ? Math.max(1, Math.min(runs, most)) : positive("--workers", workers);
    Allocation allocation =
        threads == null
            ? Allocation.of(device, atOnce, processors)
            : new Allocation(device, atOnce, threads);
    return new SpeedMeter.Choice(allocation, Optional.empty());
  }

  static int positive(String option, String value) {
    try {
      int number = Integer.parseInt(value);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new InputException(
        option
            + " "
            + value
            + " is no number from 1 up"
            + (option.equals("--workers") ? " and not 'auto'" : ""));
  }

  private StudyOptions options() {
    StudyOptions onLine =
        new StudyOptions(
            preset,
            dataset,
            data,
            subset,
            testSubset,
            imageSize,
            grey,
            dataSeed,
            network == null ? null : NetworkKind.parse(network),
            losses == null ? null : losses.stream().map(LossSpec::parse).toList(),
            noises == null ? null : noises.stream().map(LabelNoise::parse).toList(),
            seeds,
            optimizer,
            learningRate,
            momentum,
            weightDecay,
            schedule == null ? null : Decay.parse(schedule),
            warmup,
            epochs,
            batchSize,
            precision == null ? null : Precision.parse(precision),
            augmentation == null ? null : Augmentation.parse(augmentation),
            clip,
            rates(),
            keepWeights,
            out);
    return file == null ? onLine : StudyOptions.read(file).overriddenBy(onLine);
  }

  private Map<LossSpec, Double> rates() {
    if (lossRates == null) {
      return null;
    }
    java.util.LinkedHashMap<LossSpec, Double> rates = new java.util.LinkedHashMap<>();
    for (String text : lossRates) {
      int equals = text.lastIndexOf('=');
      try {
        rates.put(
            LossSpec.parse(text.substring(0, Math.max(0, equals))),
            Double.valueOf(text.substring(equals + 1)));
      } catch (NumberFormatException e) {
        throw new InputException(
            "--loss-rate '" + text + "' is not LOSS=RATE, as in 'rll(alpha=0.1)=0.01'", e);
      }
    }
    return rates;
  }

  private String defaultOut(StudyOptions options, StudySpec spec) {
    String name;
    if (options.preset() != null) {
      name = options.preset();
    } else if (file != null) {
      name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    } else if (options.dataset() == null && options.network() == null) {
      name = "quick";
    } else {
      name = spec.data().dataset() + "-" + spec.network();
    }
    return "studies/" + name;
  }
}

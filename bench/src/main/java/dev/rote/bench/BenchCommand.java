package dev.rote.bench;

import dev.rote.engine.Gpu;
import dev.rote.engine.GpuState;
import dev.rote.format.AtomicFile;
import dev.rote.net.Arithmetic;
import dev.rote.run.RunRecord;
import dev.rote.study.Device;
import dev.rote.study.Precision;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code bench/run}. Exit codes: 0 done; 1 a measurement failed; 2 the input cannot be
 * used.
 */
@Command(
    name = "bench/run",
    description =
        "Measures how many images a second networks train on: Rote beside plain libtorch and DJL,"
            + " and beside the time of oneDNN's primitives alone. Round after round, every subject"
            + " in a fresh process; medians over the rounds. Use a machine that does nothing else."
            + " With --results as the first option: the time from a command to its result.",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    version = "bench/run")
final class BenchCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;
  private static final double LONGEST_SECONDS = 600;
  private static final int MOST_ROUNDS = 1000;

  @Spec private CommandSpec command;

  @Option(
      names = "--networks",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "resnet32,resnet18,inception-lite,airbench",
      description = "which networks (default: ${DEFAULT-VALUE})")
  private List<String> networks;

  @Option(
      names = "--subjects",
      split = ",",
      paramLabel = "NAME",
      description = {
        "who trains (default: all that this machine has; on a GPU plain,rote,pytorch,"
            + "pytorch-compile). plain is always included, because ratios are relative to it.",
        "plain: libtorch as a PyTorch script uses it. djl: Deep Java Library. rote: this project.",
        "limit: the total time of the oneDNN primitives in Rote's step.",
        "pytorch, pytorch-compile: a script in python3 (or $PYTHON), eager or compiled"
      })
  private List<String> subjects;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description =
          "cpu, or cuda: whole epochs of the paper's size on a GPU (default: ${DEFAULT-VALUE})")
  private String device;

  @Option(
      names = "--precision",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "float32,bf16",
      description =
          "of all but plain and djl, which are float32 (default: ${DEFAULT-VALUE}); tf32 for rote"
              + " on a GPU")
  private List<String> precisions;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "how often everybody is measured (default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "6",
      description =
          "time that is measured of each subject in each round, after a warm-up of a third of it"
              + " (default: ${DEFAULT-VALUE})")
  private double seconds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads that everybody computes with (default: all processors)")
  private Integer threads;

  @Option(
      names = "--epoch",
      description =
          "measures whole epochs with the measurements at fixed weights on training and test"
              + " images, and not steps")
  private boolean epochs;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description =
          "also measures N trainings at once, each on its share of the threads, beside one after"
              + " another")
  private Integer runs;

  @Option(
      names = "--peak",
      split = ",",
      paramLabel = "PRECISION=TFLOPS",
      description =
          "what the machine could compute at most, in 10^12 floating-point operations a second, for"
              + " the share of it that is reached; known for NVIDIA's data-centre GPUs")
  private Map<String, Double> peak;

  @Option(names = "--csv", paramLabel = "FILE", description = "writes the table as CSV")
  private Path csv;

  @Option(
      names = "--rounds-csv",
      paramLabel = "FILE",
      description = "writes every measurement of every round as CSV")
  private Path roundsCsv;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "writes the table as Markdown, as docs/speed.md has it")
  private Path markdown;

  @Option(names = "--svg", paramLabel = "FILE", description = "draws the ratios as bars")
  private Path svg;

  /** Runs the command line and exits. */
  public static void main(String[] args) {
    boolean results = args.length > 0 && args[0].equals("--results");
    String[] rest = results ? Arrays.copyOfRange(args, 1, args.length) : args;
    System.exit(commandLine(results ? new TimeToResult() : new BenchCommand()).execute(rest));
  }

  static CommandLine commandLine(Object command) {
    CommandLine line = new CommandLine(command);
    line.setUsageHelpAutoWidth(true);
    line.setParameterExceptionHandler((e, args) -> badInput(e));
    line.setExecutionExceptionHandler((e, failed, parsed) -> failure(e, failed));
    return line;
  }

  private static int badInput(ParameterException e) {
    String message = e.getMessage().lines().findFirst().orElse("unusable arguments");
    e.getCommandLine().getErr().println("bench: " + message);
    return BAD_INPUT;
  }

  private static int failure(Exception e, CommandLine line) {
    PrintWriter err = line.getErr();
    err.println("bench: " + (e.getMessage() == null ? e : e.getMessage()));
    return e instanceof InputException ? BAD_INPUT : FAILED;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Device chosen = Device.parse(device);
    epochs |= chosen == Device.CUDA;
    List<Entrant> entrants = entrants(chosen);
    Python.require(entrants.stream().map(Entrant::subject).distinct().toList());
    Optional<Peak> limit = Optional.ofNullable(peak).map(Peak::given);
    if (chosen == Device.CUDA) {
      GpuState.choose(Optional.of(chosen), notice -> {});
      limit = limit.or(() -> Gpu.first().flatMap(gpu -> Peak.ofGpu(gpu.name())));
    }
    int processors = Runtime.getRuntime().availableProcessors();
    int all = Objects.requireNonNullElse(threads, processors);
    PrintWriter out = command.commandLine().getOut();
    describe(out, all);
    describe(out, chosen, limit);
    Map<Entrant, List<MeasuredSpeed>> measured = new LinkedHashMap<>();
    entrants.forEach(entrant -> measured.put(entrant, new ArrayList<>()));
    for (int round = 1; round <= rounds; round++) {
      for (Entrant entrant : entrants) {
        MeasuredSpeed measurement =
            MeasuredSpeed.take(entrant, threads(entrant, all), chosen, epochs, seconds);
        measured.get(entrant).add(measurement);
        progress(round, entrant, measurement);
      }
    }
    // After everybody was measured, since it takes libtorch.
    Map<Workload, Double> flops = new HashMap<>();
    List<Outcome> outcomes = new ArrayList<>();
    for (Entrant entrant : entrants) {
      double ofImage = flops.computeIfAbsent(entrant.workload(), w -> flops(w, chosen));
      outcomes.add(new Outcome(entrant, threads(entrant, all), measured.get(entrant), ofImage));
    }
    Results results = new Results(outcomes, chosen, limit);
    report(results, out);
    if (csv != null) {
      AtomicFile.writeString(csv, results.csv());
    }
    if (roundsCsv != null) {
      AtomicFile.writeString(roundsCsv, results.roundsCsv());
    }
    if (markdown != null) {
      AtomicFile.writeString(markdown, String.join("\n", results.markdown()) + "\n\n");
    }
    if (svg != null) {
      AtomicFile.writeString(svg, SpeedChart.svg(results, measured(all)));
    }
    return 0;
  }

  /** Returns the rows to measure, and refuses what cannot be used before anything is measured. */
  private List<Entrant> entrants(Device chosenDevice) throws InterruptedException {
    int processors = Runtime.getRuntime().availableProcessors();
    require(rounds >= 1 && rounds <= MOST_ROUNDS, "rounds " + rounds, "[1, " + MOST_ROUNDS + "]");
    require(seconds > 0 && seconds <= LONGEST_SECONDS, "seconds " + seconds, "(0, 600]");
    require(
        threads == null || (threads >= 1 && threads <= processors),
        "threads " + threads,
        "[1, " + processors + "], the processors of this machine");
    require(
        runs == null || (runs >= 2 && runs <= processors),
        "runs " + runs,
        "[2, " + processors + "], the processors of this machine");
    Stream.of(csv, roundsCsv, markdown, svg)
        .filter(Objects::nonNull)
        .forEach(BenchCommand::requireWritable);
    List<Workload> workloads = networks.stream().map(Workload::of).distinct().toList();
    List<Precision> asked = precisions.stream().map(Precision::parse).distinct().toList();
    if (asked.contains(Precision.TF32) && chosenDevice == Device.CPU) {
      throw new InputException("precision tf32 is for GPUs; give --device cuda, or leave it out");
    }
    TreeSet<Subject> chosen = new TreeSet<>(subjects(chosenDevice));
    chosen.add(Subject.PLAIN);
    if (epochs) {
      // oneDNN's log tells nothing of what an epoch does between its steps.
      chosen.remove(Subject.LIMIT);
    }
    List<Entrant> entrants = new ArrayList<>();
    for (Workload workload : workloads) {
      for (Subject subject : chosen) {
        for (Precision precision : Results.precisions(subject, asked)) {
          entrants.add(new Entrant(workload, subject, precision, 1));
          if (runs != null && subject != Subject.LIMIT) {
            entrants.add(new Entrant(workload, subject, precision, runs));
          }
        }
      }
    }
    return entrants;
  }

  private List<Subject> subjects(Device chosenDevice) throws InterruptedException {
    List<Subject> known = Subject.on(chosenDevice);
    if (subjects == null) {
      List<Subject> inPython = chosenDevice == Device.CUDA ? known : Python.subjects();
      return known.stream()
          .filter(subject -> !subject.inPython() || inPython.contains(subject))
          .toList();
    }
    List<Subject> chosen = subjects.stream().map(Subject::parse).toList();
    for (Subject subject : chosen) {
      if (!known.contains(subject)) {
        throw new InputException(subject + " trains on processors only: leave --device cuda out");
      }
    }
    return chosen;
  }

  private static void require(boolean holds, String value, String range) {
    if (!holds) {
      throw new InputException(value + " is outside " + range);
    }
  }

  static void requireWritable(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || !Files.isDirectory(directory) || !Files.isWritable(directory)) {
      throw new InputException(
          "cannot write "
              + file
              + ": give a file in a directory that exists and can be written to");
    }
  }

  private static int threads(Entrant entrant, int all) {
    return Math.max(1, all / entrant.runs());
  }

  /** Returns the floating-point operations of training on one image. */
  private double flops(Workload workload, Device chosen) {
    Arithmetic arithmetic = workload.arithmetic();
    if (!epochs) {
      return arithmetic.trainingFlops();
    }
    double measured = 1 + MeasuringProcess.testShare(chosen);
    return arithmetic.trainingFlops() + measured * arithmetic.measuringFlops();
  }

  private void describe(PrintWriter out, int all) {
    RunRecord.Provenance here = RunRecord.Provenance.here();
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    out.printf(
        "machine    %s, %d processors, %s%n", here.processor(), here.processors(), here.system());
    out.printf(
        Locale.ROOT,
        "load       %.1f%s%n",
        load,
        load > 0.3 * here.processors()
            ? ": this machine is busy, and the figures will not hold"
            : "");
    out.printf("versions   rote %s, %s%n", here.rote(), here.java());
    out.printf("measured   %s, %s%n", measured(all), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    out.flush();
  }

  private static void describe(PrintWriter out, Device chosen, Optional<Peak> limit) {
    if (chosen == Device.CUDA) {
      out.printf("GPU        %s%n", Gpu.first().map(Gpu::description).orElse("unknown"));
    }
    if (limit.isPresent()) {
      out.printf("peak       %s: %s TFLOP/s%n", limit.get().source(), limit.get().text());
    } else if (chosen == Device.CUDA) {
      out.println("peak       not known for this GPU: give it with --peak");
    }
    out.flush();
  }

  private String measured(int all) {
    return String.format(
        Locale.ROOT,
        "%s, batch %d, %d thread%s, %d round%s of %s s",
        epochs ? "epochs with their measurements" : "training steps",
        Workload.BATCH,
        all,
        all == 1 ? "" : "s",
        rounds,
        rounds == 1 ? "" : "s",
        seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds));
  }

  private void progress(int round, Entrant entrant, MeasuredSpeed measurement) {
    PrintWriter err = command.commandLine().getErr();
    err.printf(
        Locale.ROOT,
        "round %d of %d: %s %s %s %.1f images/s%n",
        round,
        rounds,
        entrant.workload().network(),
        entrant.name(),
        entrant.precision(),
        measurement.imagesPerSecond());
    err.flush();
  }

  private static void report(Results results, PrintWriter out) {
    Map<String, String> libraries = new LinkedHashMap<>();
    for (Outcome outcome : results.outcomes()) {
      MeasuredSpeed first = outcome.measurements().get(0);
      first.oneDnn().ifPresent(version -> libraries.put("oneDNN", version));
      libraries.put(outcome.entrant().subject().toString(), first.library());
    }
    libraries.forEach((who, library) -> out.printf("%-10s %s%n", who, library));
    out.println();
    results.table().forEach(out::println);
    List<String> primitives = results.primitives();
    if (!primitives.isEmpty()) {
      out.println();
      out.println("oneDNN's primitives, milliseconds of a step:");
      primitives.forEach(out::println);
    }
    out.flush();
  }
}

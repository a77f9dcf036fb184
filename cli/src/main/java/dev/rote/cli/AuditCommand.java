package dev.rote.cli;

import dev.rote.audit.Audit;
import dev.rote.audit.AuditFiles;
import dev.rote.audit.AuditResult;
import dev.rote.audit.ConfidentJoint;
import dev.rote.audit.DetectionQuality;
import dev.rote.audit.Estimate;
import dev.rote.audit.HeldOut;
import dev.rote.audit.LabelQuality;
import dev.rote.audit.Suspect;
import dev.rote.data.DataSet;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelledImages;
import dev.rote.format.AtomicFile;
import dev.rote.format.Npy;
import dev.rote.format.NpyArray;
import dev.rote.noise.LabelNoise;
import dev.rote.random.RandomStreams;
import dev.rote.report.audit.AuditPage;
import dev.rote.report.audit.ImagePng;
import dev.rote.run.StudyDirectory;
import dev.rote.text.InputException;
import dev.rote.worker.Allocation;
import dev.rote.worker.CrossValidation;
import dev.rote.worker.PlannedRun;
import dev.rote.worker.StudyPlan;
import dev.rote.worker.StudyRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rote audit}: how noisy are these labels, and which ones are wrong. */
@Command(
    name = "audit",
    description = {
      "Says how noisy the labels of a data set are, and which ones are wrong.",
      "Trains a network on folds of the images with a loss that resists memorization, or takes"
          + " the predictions of another system (--pred-probs). Changes nothing of the data."
    },
    subcommands = AuditApplyCommand.class,
    mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "images to audit: one folder for each class")
  private String folder;

  @Option(names = "--manifest", paramLabel = "FILE", description = "or a CSV file: path,label")
  private String manifest;

  @Option(names = "--dataset", paramLabel = "NAME", description = "or glyphs, mnist, cifar10")
  private String dataset;

  @Option(names = "--data", paramLabel = "PATH", description = "where --dataset lies")
  private String data;

  @Option(names = "--subset", paramLabel = "N", description = "audit a class-balanced part only")
  private Integer subset;

  @Option(names = "--image-size", paramLabel = "N", description = "side that images are resized to")
  private Integer imageSize;

  @Option(names = "--grey", description = "read images as grey")
  private boolean grey;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "time to spend on training, as in 90s, 20m, 2h (default: ${DEFAULT-VALUE})")
  private String budget;

  @Option(names = "--network", paramLabel = "NAME", description = "default: by the images")
  private String network;

  @Option(
      names = "--loss",
      paramLabel = "LOSS",
      defaultValue = "rll(alpha=0.1)",
      description = "default: ${DEFAULT-VALUE}")
  private String loss;

  @Option(names = "--epochs", paramLabel = "N", description = "default: by the budget")
  private Integer epochs;

  @Option(names = "--folds", paramLabel = "N", description = "default: by the budget")
  private Integer folds;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "default: 1")
  private long seed;

  @Option(
      names = "--inject",
      paramLabel = "SHARE",
      defaultValue = "0.02",
      description =
          "share of the labels that are made wrong for training, to see how well that is found"
              + " (default: ${DEFAULT-VALUE}; 0: none)")
  private double inject;

  @Option(
      names = "--noise",
      paramLabel = "NOISE",
      description = "alter the labels first, as in symmetric(0.2): to try the audit itself")
  private String noise;

  @Option(
      names = "--pred-probs",
      paramLabel = "FILE",
      description = "held-out probabilities of another system, NPY [N,K]; trains nothing")
  private Path predProbs;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "the labels that belong to --pred-probs, NPY [N], 0 to K-1")
  private Path labels;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "1000",
      description = "images of the most suspect samples in audit.html (default: ${DEFAULT-VALUE})")
  private int images;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "auto",
      description = "runs at once")
  private String workers;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "audit",
      description = "directory of the results (default: ${DEFAULT-VALUE})")
  private Path out;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (predProbs != null || labels != null) {
      return withoutTraining();
    }
    return withTraining(dataSpec());
  }

  private int withoutTraining() throws IOException {
    if (predProbs == null || labels == null) {
      throw new InputException("--pred-probs and --labels belong together: give both");
    }
    if (folder != null || manifest != null || dataset != null) {
      throw new InputException(
          "--pred-probs audits labels without images: give no data set beside it");
    }
    float[][] probabilities = matrix(predProbs);
    int[] observed = ints(labels);
    int classes = probabilities.length == 0 ? 0 : probabilities[0].length;
    List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    HeldOut heldOut = new HeldOut(probabilities, observed, names);
    AuditResult result = Audit.of(heldOut, OptionalDouble.empty(), seed);
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("source", Map.of("pred_probs", predProbs.toString(), "labels", labels.toString()));
    more.put("confident_joint", ConfidentJoint.of(heldOut).joint());
    prepare();
    long[] ids = IntStream.range(0, observed.length).asLongStream().toArray();
    AuditFiles.writeAudit(out.resolve(AuditFiles.AUDIT), result, names, more);
    AuditFiles.writeSuspects(
        out.resolve(AuditFiles.SUSPECTS), result, names, ids, Optional.empty());
    page(result, heldOut, ids, Optional.empty(), Optional.empty(), labels.toString());
    print(result, observed.length);
    return 0;
  }

  private DataSpec dataSpec() {
    int sources = (folder == null ? 0 : 1) + (manifest == null ? 0 : 1) + (dataset == null ? 0 : 1);
    if (sources != 1) {
      throw new InputException(
          sources == 0
              ? "nothing to audit: give a directory of images, --manifest, --dataset, or --pred-probs with --labels"
              : "several things to audit: give one of a directory, --manifest and --dataset");
    }
    String kind = folder != null ? "folder" : manifest != null ? "manifest" : dataset;
    String path = folder != null ? folder : manifest != null ? manifest : data;
    return new DataSpec(
        kind,
        Optional.ofNullable(path),
        Optional.ofNullable(subset),
        Optional.empty(),
        Optional.ofNullable(imageSize),
        grey,
        0);
  }

  private int withTraining(DataSpec spec) throws IOException, InterruptedException {
    if (!(inject >= 0 && inject <= 0.2)) {
      throw new InputException("--inject " + inject + " is outside [0, 0.2]");
    }
    DataSet whole = DataSets.load(spec);
    LabelledImages train = whole.train();
    int[] original = train.originalLabels();
    int[] observed =
        noise == null ? train.labels() : LabelNoise.parse(noise).draw(train, seed).observed();
    // Refuses what cannot be audited before anything is written.
    uniform(train, observed);
    int[] trained = injected(observed, train.classes());
    prepare();
    Path labelFile = writeLabels(train.ids(), trained);

    PrintWriter text = command.commandLine().getOut();
    AuditSettings settings =
        AuditSettings.choose(
            train, network, epochs, folds, AuditSettings.seconds(budget), this::say);
    CrossValidation validation =
        new CrossValidation(
            spec,
            "labels(" + labelFile + ")",
            settings.network(),
            loss,
            settings.protocol(),
            settings.folds(),
            seed);
    text.println(settings.explanation());
    text.flush();
    List<StudyPlan> plans = validation.plans(out);
    if (!train(validation, plans)) {
      return Main.FAILED;
    }
    CrossValidation.Dynamics dynamics = validation.read(train, plans);
    List<String> names = train.classNames();
    HeldOut heldOut = new HeldOut(dynamics.probabilities(), observed, names);
    // The network on all samples saw the injected labels as well: take them off its reading.
    double saturation = Math.max(0, (dynamics.saturation() - inject) / (1 - inject));
    AuditResult result = Audit.of(heldOut, OptionalDouble.of(saturation), seed);
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("settings", settings);
    more.put("loss", loss);
    calibration(dynamics.probabilities(), trained, observed, names)
        .ifPresent(found -> more.put("calibration_on_injected", found));
    boolean known = noise != null || train.original().isPresent();
    if (known) {
      more.put("against_original_labels", DetectionQuality.of(result.ranking(), original));
    }
    AuditFiles.writeAudit(out.resolve(AuditFiles.AUDIT), result, names, more);
    AuditFiles.writeSuspects(
        out.resolve(AuditFiles.SUSPECTS), result, names, train.ids(), train.paths());
    writeDynamics(dynamics, heldOut, train);
    writeManifest(train, spec, observed);
    page(result, heldOut, train.ids(), train.paths(), Optional.of(train), spec.dataset());
    print(result, observed.length);
    if (more.get("calibration_on_injected") instanceof Injected found) {
      text.println(found.text());
    }
    if (more.get("against_original_labels") instanceof DetectionQuality quality) {
      text.printf(
          Locale.ROOT,
          "Against the original labels: %.2f%% are wrong; AUROC %.4f, precision at the number of errors %.4f, right suggestions %.4f%n",
          100 * quality.rate(),
          quality.auroc(),
          quality.precisionAtWrong(),
          quality.suggestionAccuracy());
    }
    text.flush();
    return 0;
  }

  private void say(String line) {
    command.commandLine().getOut().println(line);
    command.commandLine().getOut().flush();
  }

  private boolean train(CrossValidation validation, List<StudyPlan> plans)
      throws IOException, InterruptedException {
    List<PlannedRun> unfinished =
        plans.stream().flatMap(plan -> plan.runs().stream()).filter(r -> !r.finished()).toList();
    if (unfinished.isEmpty()) {
      return true;
    }
    int processors = Runtime.getRuntime().availableProcessors();
    Allocation allocation =
        Allocation.even(
            workers.equals("auto")
                ? unfinished.size()
                : StudyCommand.positive("--workers", workers),
            processors);
    List<StudyDirectory> held = new ArrayList<>();
    PrintWriter text = command.commandLine().getOut();
    try {
      for (int i = 0; i < plans.size(); i++) {
        StudyPlan plan = plans.get(i);
        held.add(
            StudyDirectory.open(
                validation.directory(out, i), plan.identity(), plan.bytesToWrite()));
      }
      Progress progress = Progress.on(text, unfinished);
      StudyRunner runner = new StudyRunner(out, allocation.threads(), progress);
      Thread hook =
          new Thread(
              () -> {
                runner.stop();
                progress.close();
                say("Stopped. The same command goes on from the last finished epochs.");
              });
      Runtime.getRuntime().addShutdownHook(hook);
      runner.run(unfinished, allocation.workers());
      Runtime.getRuntime().removeShutdownHook(hook);
      progress.close();
      if (progress.failure().isPresent()) {
        command.commandLine().getErr().println("rote: " + progress.failure().get());
        return false;
      }
      return true;
    } finally {
      for (StudyDirectory directory : held) {
        directory.close();
      }
    }
  }

  /** Made-up certainty, only to have the labels checked. */
  private static void uniform(LabelledImages train, int[] observed) {
    float[] row = new float[train.classes()];
    java.util.Arrays.fill(row, 1f / row.length);
    float[][] rows = new float[observed.length][];
    java.util.Arrays.fill(rows, row);
    new HeldOut(rows, observed, train.classNames());
  }

  /** Makes a share of the labels wrong. */
  private int[] injected(int[] observed, int classes) {
    int[] trained = observed.clone();
    UniformRandomProvider random = RandomStreams.stream(seed, "injected");
    long[] order = RandomStreams.permutation(observed.length, seed, "injected", 0);
    for (int i = 0; i < Math.round(inject * observed.length); i++) {
      int at = (int) order[i];
      trained[at] = (observed[at] + 1 + random.nextInt(classes - 1)) % classes;
    }
    return trained;
  }

  /**
   * How the audit did on labels that it made wrong itself.
   *
   * @param injected how many
   * @param recall share of them that is more likely wrong than right, as the audit has it
   * @param precision share of all labels so judged that are wrong, by the audit's own estimate
   * @param auroc probability that an injected label ranks above one that was left alone
   * @param suggested share of them for which the label they had was suggested
   * @param rateError estimated number of wrong labels with them less without them, less the true
   *     difference, as a share of all labels
   */
  record Injected(
      int injected,
      double recall,
      double precision,
      double auroc,
      double suggested,
      double rateError) {
    String text() {
      return String.format(
          Locale.ROOT,
          "Calibration: of %,d labels made wrong on purpose, %.1f%% were found (AUROC %.4f), %.1f%% with the right suggestion; the rate was off by %+.4f",
          injected,
          100 * recall,
          auroc,
          100 * suggested,
          rateError);
    }
  }

  private Optional<Injected> calibration(
      float[][] probabilities, int[] trained, int[] observed, List<String> names) {
    int count = 0;
    for (int i = 0; i < trained.length; i++) {
      count += trained[i] == observed[i] ? 0 : 1;
    }
    if (count == 0) {
      return Optional.empty();
    }
    AuditResult with =
        Audit.of(new HeldOut(probabilities, trained, names), OptionalDouble.empty(), seed);
    AuditResult without =
        Audit.of(new HeldOut(probabilities, observed, names), OptionalDouble.empty(), seed);
    DetectionQuality quality = DetectionQuality.of(with.ranking(), observed);
    int found = 0;
    int judged = 0;
    double expected = 0;
    for (Suspect suspect : with.ranking()) {
      if (suspect.probabilityWrong() > 0.5) {
        judged++;
        expected += suspect.probabilityWrong();
        found += trained[suspect.position()] == observed[suspect.position()] ? 0 : 1;
      }
    }
    return Optional.of(
        new Injected(
            count,
            (double) found / count,
            judged == 0 ? Double.NaN : expected / judged,
            quality.auroc(),
            quality.suggestionAccuracy(),
            with.noiseRate()
                - without.noiseRate()
                - (double) count / trained.length * (1 - without.noiseRate())));
  }

  private void prepare() {
    try {
      if (Files.exists(out) && !Files.isDirectory(out)) {
        throw new InputException("output " + out + " is a file, not a directory");
      }
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new InputException("cannot write results to " + out + ": " + e, e);
    }
  }

  /** By sample id, so that every fold finds its own. */
  private Path writeLabels(long[] ids, int[] trained) throws IOException {
    int length = 1 + (int) java.util.Arrays.stream(ids).max().orElse(0);
    // One more than there are samples, or it could be taken for labels by position.
    int[] byId = new int[Math.max(length, trained.length + 1)];
    for (int i = 0; i < ids.length; i++) {
      byId[(int) ids[i]] = trained[i];
    }
    Path file = out.resolve("trained_labels.npy");
    Npy.write(file, byId, byId.length);
    return file.toAbsolutePath();
  }

  private void writeDynamics(
      CrossValidation.Dynamics dynamics, HeldOut heldOut, LabelledImages train) throws IOException {
    double[] selfConfidence = LabelQuality.selfConfidence(heldOut);
    double[] margin = LabelQuality.normalizedMargin(heldOut);
    StringBuilder text =
        new StringBuilder(
            "id,observed,aum,confidence,variability,correctness,forgetting,held_out_confidence,held_out_margin\n");
    for (int i = 0; i < train.size(); i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%d,%.5g,%.5f,%.5f,%.4f,%.3f,%.5f,%.5f%n",
              train.ids()[i],
              heldOut.labels()[i],
              dynamics.aum()[i],
              dynamics.confidence()[i],
              dynamics.variability()[i],
              dynamics.correctness()[i],
              dynamics.forgetting()[i],
              selfConfidence[i],
              margin[i]));
    }
    AtomicFile.writeString(out.resolve("dynamics.csv"), text.toString());
  }

  /** A folder has no manifest; decisions want one. */
  private void writeManifest(LabelledImages train, DataSpec spec, int[] observed)
      throws IOException {
    if (!spec.dataset().equals("folder") || train.paths().isEmpty() || subset != null) {
      return;
    }
    Path root = Path.of(spec.path().orElseThrow()).toAbsolutePath();
    StringBuilder text = new StringBuilder("path,label\n");
    for (int i = 0; i < train.size(); i++) {
      String path = root.resolve(train.paths().get().get(i)).toString();
      text.append(quoted(path)).append(',').append(quoted(train.classNames().get(observed[i])));
      text.append('\n');
    }
    AtomicFile.writeString(out.resolve("manifest.csv"), text.toString());
  }

  private static String quoted(String cell) {
    return cell.matches("[^,\"\r\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }

  private void page(
      AuditResult result,
      HeldOut heldOut,
      long[] ids,
      Optional<List<String>> paths,
      Optional<LabelledImages> pictures,
      String title)
      throws IOException {
    List<dev.rote.report.audit.Suspect> suspects = new ArrayList<>();
    for (Suspect suspect : result.ranking()) {
      int at = suspect.position();
      Optional<byte[]> png =
          suspects.size() < images ? pictures.map(p -> ImagePng.of(p, at)) : Optional.empty();
      suspects.add(
          new dev.rote.report.audit.Suspect(
              ids[at],
              paths.map(p -> p.get(at)).orElse(""),
              suspect.observed(),
              suspect.suggested(),
              suspect.score(),
              suspect.probabilityWrong(),
              png));
    }
    dev.rote.report.audit.Rate rate = rate(result.noiseRate(), result.low(), result.high());
    new AuditPage(
            title,
            title + " " + java.util.Arrays.hashCode(heldOut.labels()),
            AuditPage.verdict(rate, heldOut.size()),
            heldOut.classNames(),
            rate,
            result.estimates().stream()
                .map(
                    e ->
                        new dev.rote.report.audit.Estimator(
                            e.name(), rate(e.rate(), e.low(), e.high()), e.what()))
                .toList(),
            result.classRates().stream()
                .filter(c -> c.samples() > 0)
                .map(
                    c ->
                        new dev.rote.report.audit.ClassRate(
                            c.name(), c.samples(), rate(c.rate(), c.low(), c.high())))
                .toList(),
            result.warnings(),
            suspects,
            List.of(),
            "./rote audit "
                + String.join(" ", command.commandLine().getParseResult().originalArgs()))
        .write(out.resolve("audit.html"));
  }

  private static dev.rote.report.audit.Rate rate(double value, double low, double high) {
    double within = Math.max(0, Math.min(1, value));
    return Double.isNaN(low)
        ? dev.rote.report.audit.Rate.without(within)
        : new dev.rote.report.audit.Rate(
            within, Math.max(0, Math.min(1, low)), Math.max(0, Math.min(1, high)));
  }

  private void print(AuditResult result, int samples) {
    PrintWriter text = command.commandLine().getOut();
    text.println();
    text.printf(
        Locale.ROOT,
        "Noise rate %.2f%% (95%% interval %.2f%% to %.2f%%) of %,d labels%n",
        100 * result.noiseRate(),
        100 * result.low(),
        100 * result.high(),
        samples);
    for (Estimate estimate : result.estimates()) {
      text.printf(
          Locale.ROOT,
          "  %-18s %6.2f%%  %s%n",
          estimate.name(),
          100 * estimate.rate(),
          estimate.what());
    }
    result.warnings().forEach(warning -> text.println("Warning: " + warning));
    text.println();
    text.println("Look and decide: " + out.resolve("audit.html"));
    text.println("All labels, ranked: " + out.resolve(AuditFiles.SUSPECTS));
    text.flush();
  }

  private static float[][] matrix(Path file) {
    NpyArray array = read(file);
    int[] shape = array.shape();
    if (shape.length != 2) {
      throw new InputException(
          "%s has %d dimensions; probabilities are [N,K]".formatted(file, shape.length));
    }
    double[] values = array.toDoubles();
    float[][] rows = new float[shape[0]][shape[1]];
    for (int i = 0; i < values.length; i++) {
      rows[i / shape[1]][i % shape[1]] = (float) values[i];
    }
    return rows;
  }

  private static int[] ints(Path file) {
    NpyArray array = read(file);
    if (array.shape().length != 1 || array.type().isFloating()) {
      throw new InputException(file + " holds no labels: expected are integers [N]");
    }
    return array.toInts();
  }

  private static NpyArray read(Path file) {
    try {
      return Npy.read(file);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}

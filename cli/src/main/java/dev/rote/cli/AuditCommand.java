package dev.rote.cli;

import dev.rote.audit.Audit;
import dev.rote.audit.AuditFiles;
import dev.rote.audit.AuditResult;
import dev.rote.audit.AuditedSamples;
import dev.rote.audit.ConfidentJoint;
import dev.rote.audit.DetectionQuality;
import dev.rote.audit.Dynamics;
import dev.rote.audit.Estimate;
import dev.rote.audit.Features;
import dev.rote.audit.HeldOut;
import dev.rote.audit.NeighbourConsensus;
import dev.rote.audit.Rate;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.Duplicates;
import dev.rote.data.LabelledImages;
import dev.rote.data.ReadDataSet;
import dev.rote.engine.GpuState;
import dev.rote.engine.Machine;
import dev.rote.loss.Losses;
import dev.rote.noise.LabelNoise;
import dev.rote.report.audit.AuditPage;
import dev.rote.report.audit.AuditTables;
import dev.rote.report.audit.FactTable;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkKind;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  /** Most similar samples that are asked about a label. */
  private static final int NEIGHBOURS = 10;

  /** Of more samples not all pairs are compared. */
  private static final int MOST_COMPARED = 20_000;

  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "images to audit: one folder per class, or train/ and test/ with such")
  private String folder;

  @Option(names = "--manifest", paramLabel = "FILE", description = "or a CSV file: path,label")
  private String manifest;

  @Option(names = "--dataset", paramLabel = "NAME", description = "or glyphs, mnist, cifar10")
  private String dataset;

  @Option(names = "--data", paramLabel = "PATH", description = "where --dataset lies")
  private String data;

  @Option(
      names = "--split",
      paramLabel = "NAMES",
      description = "which of train, val, test, ... of a folder to audit (default: train)")
  private String split;

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
      names = "--features",
      paramLabel = "FILE",
      description =
          "features of any encoder, NPY [N,D]; trains a linear classifier instead of a network")
  private Path features;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "the labels that belong to --pred-probs or --features, NPY [N], 0 to K-1")
  private Path labels;

  @Option(
      names = "--class-names",
      paramLabel = "NAMES",
      split = ",",
      description = "names of the classes 0 to K-1 of --pred-probs, as in cat,dog,horse")
  private List<String> names = List.of();

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "1000",
      description = "images of the most suspect samples in audit.html (default: ${DEFAULT-VALUE})")
  private int images;

  @Mixin private MachineOptions machine;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "audit",
      description = "directory of the results (default: ${DEFAULT-VALUE})")
  private Path out;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (images < 0) {
      throw new InputException("--images " + images + " is below 0");
    }
    if (predProbs != null || features != null || labels != null) {
      return withoutTraining();
    }
    if (!names.isEmpty()) {
      throw new InputException(
          "--class-names belongs to --pred-probs and --features; images bring their own");
    }
    DataSpec spec = dataSpec();
    return Interruptible.run(() -> withTraining(spec), command.commandLine().getOut());
  }

  private int withoutTraining() throws IOException {
    if ((predProbs == null) == (features == null) || labels == null) {
      throw new InputException(
          "--labels belongs to --pred-probs or --features: give it and one of the two");
    }
    if (folder != null || manifest != null || dataset != null) {
      throw new InputException(
          "--pred-probs and --features audit labels without images: give no data set beside them");
    }
    Map<String, Object> source = new LinkedHashMap<>();
    HeldOut heldOut = heldOut(source);
    if (Files.exists(out.resolve("folds"))) {
      throw new InputException(out + " holds an audit that trained networks; choose another --out");
    }
    AuditedSamples samples = AuditedSamples.of(heldOut);
    AuditResult result = Audit.of(heldOut, OptionalDouble.empty());
    Map<String, Object> more = new LinkedHashMap<>();
    source.put("labels", labels.toString());
    more.put("source", source);
    more.put("confident_joint", ConfidentJoint.of(heldOut).joint());
    prepare();
    if (features != null && heldOut.size() <= MOST_COMPARED) {
      int[] observed = heldOut.labels();
      int[][] nearest = Features.read(features).nearest(NEIGHBOURS);
      double[] disagreement = Features.disagreement(nearest, observed);
      AuditFiles.writeNeighbours(out.resolve(AuditFiles.NEIGHBOURS), disagreement, samples);
      if (heldOut.classes() <= NeighbourConsensus.MOST_CLASSES && heldOut.size() > 2) {
        double rate = NeighbourConsensus.of(observed, nearest, heldOut.classes()).noiseRate();
        result =
            result.estimate(
                new Estimate(
                    "neighbour consensus",
                    Rate.without(rate),
                    "labels of the most similar samples; too high where similar samples differ in"
                        + " class"));
      }
    }
    write(labels.toString(), result, samples, List.of(), Optional.empty(), more);
    print(result);
    return 0;
  }

  /** Predictions that were given, or that features make. */
  private HeldOut heldOut(Map<String, Object> source) {
    List<String> given = names.stream().map(String::strip).toList();
    if (predProbs != null) {
      source.put("pred_probs", predProbs.toString());
      return HeldOut.read(predProbs, labels, given);
    }
    source.put("features", features.toString());
    int[] observed = HeldOut.readLabels(labels);
    int classes = 1 + Arrays.stream(observed).max().orElse(0);
    return Features.read(features)
        .predict(
            observed,
            given.isEmpty()
                ? IntStream.range(0, classes).mapToObj(Integer::toString).toList()
                : given,
            seed);
  }

  private DataSpec dataSpec() {
    int sources = (folder == null ? 0 : 1) + (manifest == null ? 0 : 1) + (dataset == null ? 0 : 1);
    if (sources != 1) {
      throw new InputException(
          sources == 0
              ? "nothing to audit: give a directory of images, --manifest, --dataset, or"
                  + " --pred-probs or --features with --labels"
              : "several things to audit: give one of a directory, --manifest and --dataset");
    }
    return new DataSpec(
            source(),
            Optional.ofNullable(path()),
            Optional.ofNullable(subset),
            Optional.empty(),
            Optional.ofNullable(imageSize),
            grey,
            0)
        .withSplit(Optional.ofNullable(split))
        .leavingOutUnreadable();
  }

  private String source() {
    return folder != null ? "folder" : manifest != null ? "manifest" : dataset;
  }

  private String path() {
    return folder != null ? folder : manifest != null ? manifest : data;
  }

  private int withTraining(DataSpec spec) throws IOException, InterruptedException {
    LossSpec lossSpec = Losses.complete(LossSpec.parse(loss));
    Machine allowed = machine.machine();
    ReadDataSet read = DataSets.read(spec);
    LabelledImages images = read.data().train();
    int[] observed =
        noise == null ? images.labels() : LabelNoise.parse(noise).draw(images, seed).observed();
    AuditedSamples samples = AuditedSamples.of(images, observed);
    HeldOut.requireAuditable(observed, images.classNames()); // before anything is written
    Device chosen = GpuState.choose(allowed.device(), this::say);
    NetworkKind kind = network == null ? null : NetworkKind.parse(network);
    AuditSettings settings =
        new AuditSettings.Stated(kind, epochs, folds, AuditSettings.seconds(budget), allowed)
            .settle(spec, images, lossSpec, out, chosen, this::say);
    prepare();
    say(settings.explanation());
    List<String> warnings = warnings(read, samples);
    read.data()
        .test()
        .ifPresent(
            test ->
                say(
                    "%,d training images are audited, the %,d test images are not"
                        .formatted(images.size(), test.size())));
    warnings.forEach(warning -> say("Warning: " + warning));
    Optional<Dynamics> trained =
        new AuditTraining(spec, images, observed, settings, lossSpec, seed, out)
            .run(command.commandLine().getOut(), command.commandLine().getErr());
    if (trained.isEmpty()) {
      return Main.FAILED;
    }
    Dynamics dynamics = trained.get();
    HeldOut heldOut = new HeldOut(dynamics.probabilities(), observed, images.classNames());
    AuditResult result =
        Audit.of(heldOut, OptionalDouble.of(dynamics.saturation())).warning(warnings);
    AuditFiles.writeDynamics(out.resolve(AuditFiles.DYNAMICS), dynamics, heldOut, samples);
    Optional<Path> listing = Optional.empty();
    if (spec.dataset().equals("folder")) {
      Path root = Path.of(spec.path().orElseThrow()).toAbsolutePath().normalize();
      listing = Optional.of(out.resolve(AuditFiles.MANIFEST));
      AuditFiles.writeManifest(listing.get(), root, whole(spec, samples), read.unreadable());
    } else if (spec.dataset().equals("manifest")) {
      listing = spec.path().map(Path::of);
    }
    Map<String, Object> more = new LinkedHashMap<>();
    List<FactTable> tables = new ArrayList<>();
    if (noise != null || images.original().isPresent()) {
      DetectionQuality quality = DetectionQuality.of(result.ranking(), images.originalLabels());
      more.put("against_original_labels", quality);
      tables.add(AuditTables.knownLabels(quality));
    }
    Duplicates duplicates = Duplicates.of(images, observed);
    more.put("duplicates", duplicates(duplicates, samples));
    more.put("unreadable", read.unreadable());
    AuditTables.duplicates(duplicates, samples).ifPresent(tables::add);
    AuditTables.unreadable(read.unreadable()).ifPresent(tables::add);
    more.put("settings", settings);
    more.put("loss", lossSpec);
    tables.add(AuditTables.settings(settings.inWords(lossSpec)));
    write(title(spec), result, samples, tables, listing, more);
    print(result);
    printQuality(more);
    return 0;
  }

  private String title(DataSpec spec) {
    return spec.path().map(path -> spec.dataset() + " " + path).orElse(spec.dataset())
        + (noise == null ? "" : " with " + noise);
  }

  private static List<Map<String, Object>> duplicates(
      Duplicates duplicates, AuditedSamples samples) {
    List<Map<String, Object>> groups = new ArrayList<>();
    for (Duplicates.Group group : duplicates.conflicting()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("ids", group.positions().stream().map(at -> samples.ids()[at]).toList());
      fields.put("labels", group.labels().stream().map(samples.classNames()::get).toList());
      groups.add(fields);
    }
    return groups;
  }

  /** What is known before anything is trained. */
  private static List<String> warnings(ReadDataSet read, AuditedSamples samples) {
    List<String> warnings = new ArrayList<>(read.notes());
    if (!read.unreadable().isEmpty()) {
      warnings.add(
          "images that cannot be read and are left out: %,d; the first, %s, %s"
              .formatted(
                  read.unreadable().size(),
                  read.unreadable().get(0).path(),
                  read.unreadable().get(0).reason()));
    }
    Duplicates duplicates = Duplicates.of(read.data().train(), samples.labels());
    if (!duplicates.conflicting().isEmpty()) {
      warnings.add(
          "images that occur several times under different labels: %,d; labels that are wrong for certain: at least %,d"
              .formatted(duplicates.conflicting().size(), duplicates.atLeastWrong()));
    }
    return warnings;
  }

  private void say(String line) {
    command.commandLine().getOut().println(line);
    command.commandLine().getOut().flush();
  }

  private void prepare() {
    try {
      if (Files.exists(out) && !Files.isDirectory(out)) {
        throw new InputException("output " + out + " is a file, not a directory");
      }
      Files.createDirectories(out);
      if (!Files.isWritable(out)) {
        throw new AccessDeniedException(out.toString());
      }
    } catch (IOException e) {
      throw InputException.cannotWrite("results to", out, e);
    }
  }

  private void write(
      String title,
      AuditResult result,
      AuditedSamples samples,
      List<FactTable> tables,
      Optional<Path> listing,
      Map<String, Object> more)
      throws IOException {
    AuditFiles.writeAudit(out.resolve(AuditFiles.AUDIT), result, samples.classNames(), more);
    AuditFiles.writeSuspects(out.resolve(AuditFiles.SUSPECTS), result, samples);
    List<FactTable> all = new ArrayList<>();
    all.add(AuditTables.transition(result, samples.classNames()));
    all.addAll(tables);
    List<String> words = new ArrayList<>(List.of("./rote", "audit"));
    words.addAll(command.commandLine().getParseResult().originalArgs());
    String apply =
        listing
            .map(
                file ->
                    ShellWords.line(
                        List.of(
                            "./rote",
                            "audit",
                            "apply",
                            "decisions.csv",
                            "--manifest",
                            file.toString(),
                            "--out",
                            "corrected.csv")))
            .orElse("");
    AuditPage.of(title, result, samples, images, all, ShellWords.line(words), apply, directory())
        .write(out.resolve("audit.html"));
  }

  /** What is audited among the rest of its images, of which a subset leaves some out. */
  private AuditedSamples whole(DataSpec spec, AuditedSamples audited) {
    if (subset == null) {
      return audited;
    }
    LabelledImages all = DataSets.read(spec.withoutSubset()).data().train();
    Map<Long, Integer> observed = new HashMap<>();
    for (int i = 0; i < audited.ids().length; i++) {
      observed.put(audited.ids()[i], audited.labels()[i]);
    }
    int[] labels = all.labels().clone();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = observed.getOrDefault(all.ids()[i], labels[i]);
    }
    return AuditedSamples.of(all, labels);
  }

  /** What paths of images are relative to, if there are files. */
  private Optional<Path> directory() {
    boolean ofFolder = "folder".equals(source());
    if (path() == null || !(ofFolder || "manifest".equals(source()))) {
      return Optional.empty();
    }
    Path there = Path.of(path()).toAbsolutePath().normalize();
    return Optional.of(ofFolder ? there : there.getParent());
  }

  private void print(AuditResult result) {
    PrintWriter text = command.commandLine().getOut();
    text.println();
    text.println(result.verdict());
    for (Estimate estimate : result.estimates()) {
      text.printf(
          Locale.ROOT,
          "  %-18s %6.2f%%  %s%n",
          estimate.name(),
          100 * estimate.rate().value(),
          estimate.what());
    }
    result.warnings().forEach(warning -> text.println("Warning: " + warning));
    text.println();
    text.println("Look and decide: " + out.resolve("audit.html"));
    text.println("All labels, ranked: " + out.resolve(AuditFiles.SUSPECTS));
    text.flush();
  }

  private void printQuality(Map<String, Object> more) {
    PrintWriter text = command.commandLine().getOut();
    if (more.get("against_original_labels") instanceof DetectionQuality quality) {
      text.println(
          quality.wrong() == 0
              ? "Against the original labels: none is wrong"
              : String.format(
                  Locale.ROOT,
                  "Against the original labels: %.2f%% are wrong; AUROC %.4f, precision at the"
                      + " number of errors %.4f, right suggestions %.4f",
                  100 * quality.rate(),
                  quality.auroc(),
                  quality.averagePrecision(),
                  quality.precisionAtWrong(),
                  quality.suggestionAccuracy()));
    }
    text.flush();
  }
}

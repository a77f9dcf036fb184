package dev.rote.cli;

import dev.rote.audit.AuditFiles;
import dev.rote.data.DataSpec;
import dev.rote.engine.AuditPlan;
import dev.rote.engine.AuditReport;
import dev.rote.engine.AuditSpec;
import dev.rote.engine.AuditTraining;
import dev.rote.engine.LabelAudit;
import dev.rote.engine.LabelSource;
import dev.rote.noise.LabelNoise;
import dev.rote.onnx.OnnxModel;
import dev.rote.run.Json;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code rote audit}: how noisy the labels of a data set are, and which ones are wrong. */
@Command(
    name = "audit",
    description = {
      "Estimates how noisy the labels of a data set are, and finds the ones that are wrong.",
      "Trains a network for each fold of the images with a loss that resists memorization, or uses"
          + " the predictions of another system (--pred-probs). Never changes the data."
    },
    subcommands = {AuditApplyCommand.class, AuditExportCommand.class},
    mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
  private static final Pattern TIME =
      Pattern.compile("(\\d{1,6})\\s*(s|sec|seconds|m|min|minutes|h|hours)");

  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "images to audit: one folder per class, or train/ and test/ with such")
  private String folder;

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description =
          "or a CSV file: path,label; beside --pred-probs or --features, a row for each sample"
              + " with label, path, original_label or any columns to show")
  private String manifest;

  @Mixin private DataOptions data;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "time to spend on training, as in 90s, 20m, 2h (default: ${DEFAULT-VALUE})")
  private String budget;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      completionCandidates = Choices.Networks.class,
      description =
          "network to train, one of ${COMPLETION-CANDIDATES} (default: chosen by the images)")
  private String network;

  @Option(
      names = "--loss",
      paramLabel = "LOSS",
      defaultValue = "rll(alpha=0.1)",
      description = "loss to train with (default: ${DEFAULT-VALUE})")
  private String loss;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "passes over the images (default: what the budget allows)")
  private Integer epochs;

  @Option(
      names = "--folds",
      paramLabel = "N",
      description = "parts that are held out in turn (default: 3 for colour, 4 for grey images)")
  private Integer folds;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "how often the images are divided into folds (default: what the budget allows)")
  private Integer repeats;

  @Option(
      names = "--no-final-network",
      description = "skip the network that is trained on all images")
  private boolean noFinalNetwork;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "seed of weights and batch order (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--noise",
      paramLabel = "NOISE",
      description = "alter the labels first, as in symmetric(0.2), to test the audit itself")
  private String noise;

  @Option(
      names = "--pred-probs",
      paramLabel = "FILE",
      description =
          "held-out probabilities of another system, [N,K] as NPY, NPZ or CSV; trains nothing")
  private Path predProbs;

  @Option(names = "--logits", description = "--pred-probs holds logits, not probabilities")
  private boolean logits;

  @Option(
      names = "--features",
      paramLabel = "FILE",
      description =
          "features of any encoder, [N,D] as NPY, NPZ or CSV; trains a linear classifier instead"
              + " of a network")
  private Path features;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "the labels that belong to --pred-probs or --features, [N] as NPY, NPZ or CSV: class"
              + " names, or numbers from 0")
  private Path labels;

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "column of --manifest with the text of each sample, which audit.html shows")
  private String textColumn;

  @Option(
      names = "--show",
      paramLabel = "NAMES",
      split = ",",
      description = "further columns of --manifest that audit.html shows, as in title,source")
  private List<String> show = List.of();

  @Option(
      names = "--class-names",
      paramLabel = "NAMES",
      split = ",",
      description = "names of the columns of --pred-probs, as in cat,dog,horse")
  private List<String> names = List.of();

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "1000",
      description = "images of the most suspect samples in audit.html (default: ${DEFAULT-VALUE})")
  private int images;

  @Mixin private EncoderOptions encoder;
  @Mixin private MachineOptions machine;
  @Mixin private Output.WithJson output;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "audit",
      description = "directory of the results (default: ${DEFAULT-VALUE})")
  private Path out;

  @Option(
      names = "--dry-run",
      description = "show what would be trained and how long it would take; audit nothing")
  private boolean dryRun;

  @Override
  public Integer call() throws IOException {
    if (images < 0) {
      throw new InputException("--images " + images + " is below 0");
    }
    if (predProbs != null || features != null || labels != null) {
      if (dryRun) {
        throw new InputException("--dry-run belongs to audits that train; this one takes seconds");
      }
      return show(withoutTraining());
    }
    if (!names.isEmpty() || textColumn != null || !show.isEmpty() || logits) {
      throw new InputException(
          "--class-names, --text-column, --show and --logits belong to --pred-probs and"
              + " --features");
    }
    if (encoder.given()) {
      return show(byEncoder());
    }
    AuditSpec spec = spec();
    return Interruptible.run(
        () -> {
          AuditReport report;
          try (ProgressDisplay progress = ProgressDisplay.on(output)) {
            if (dryRun) {
              return show(LabelAudit.plan(spec, out, progress));
            }
            report = LabelAudit.run(spec, out, progress);
          }
          return show(report);
        },
        command.commandLine().getErr());
  }

  private AuditReport withoutTraining() throws IOException {
    if ((predProbs == null) == (features == null)) {
      throw new InputException(
          "--labels belongs to --pred-probs or --features: give it and one of the two");
    }
    if (logits && predProbs == null) {
      throw new InputException("--logits belongs to --pred-probs");
    }
    if (folder != null || data.dataset() != null) {
      throw new InputException(
          "--pred-probs and --features audit labels without images: give no directory or --dataset"
              + " beside them; --manifest brings paths and texts");
    }
    LabelSource source =
        new LabelSource(
            Optional.ofNullable(labels),
            Optional.ofNullable(manifest).map(Path::of),
            names.stream().map(String::strip).toList(),
            Optional.ofNullable(textColumn),
            show);
    return predProbs != null
        ? LabelAudit.ofPredictions(predProbs, logits, source, out)
        : LabelAudit.ofFeatures(features, source, seed, out);
  }

  private AuditReport byEncoder() throws IOException {
    if (dryRun || noise != null) {
      throw new InputException("--dry-run and --noise belong to audits that train networks");
    }
    try (OnnxModel model = encoder.open(Optional.ofNullable(data.imageSize));
        ProgressDisplay progress = ProgressDisplay.on(output)) {
      return LabelAudit.ofImages(
          dataSpec(Optional.empty()), encoder.encoder(model, output), seed, out, progress);
    }
  }

  private AuditSpec spec() {
    return new AuditSpec(
        dataSpec(Optional.ofNullable(data.imageSize)),
        Optional.ofNullable(noise).map(LabelNoise::parse),
        seed,
        new AuditTraining(
            Optional.ofNullable(network).map(NetworkName::new),
            LossSpec.parse(loss),
            Optional.ofNullable(epochs),
            Optional.ofNullable(folds),
            Optional.ofNullable(repeats),
            time(budget),
            !noFinalNetwork),
        machine.machine());
  }

  private DataSpec dataSpec(Optional<Integer> imageSize) {
    int sources =
        (folder == null ? 0 : 1) + (manifest == null ? 0 : 1) + (data.dataset() == null ? 0 : 1);
    if (sources != 1) {
      throw new InputException(
          sources == 0
              ? "nothing to audit: give a directory of images, --manifest, --dataset, or"
                  + " --pred-probs or --features with --labels"
              : "several things to audit: give one of a directory, --manifest and --dataset");
    }
    String named = folder != null ? folder : manifest;
    if (named != null && !Files.exists(Path.of(named))) {
      throw new InputException(named + " does not exist; check the path");
    }
    if (folder != null && Files.isRegularFile(Path.of(folder))) {
      throw new InputException(
          "%s is a file, not a directory of images; to audit the images that it lists: --manifest %s"
              .formatted(folder, folder));
    }
    return DataSpec.of(
            folder != null ? "folder" : manifest != null ? "manifest" : data.dataset(),
            Optional.ofNullable(named != null ? named : data.data))
        .withSubset(Optional.ofNullable(data.subset), Optional.empty())
        .withImages(imageSize, data.grey != null && data.grey)
        .withSplit(Optional.ofNullable(data.split));
  }

  /** Reads a time such as 90s, 20m, 2h. */
  static Duration time(String text) {
    Matcher matcher = TIME.matcher(text.strip());
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw new InputException("--budget " + text + ": expected a time such as 90s, 20m or 2h");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2).charAt(0)) {
      case 'h' -> Duration.ofHours(number);
      case 'm' -> Duration.ofMinutes(number);
      default -> Duration.ofSeconds(number);
    };
  }

  private int show(AuditPlan plan) {
    AuditView.print(plan, output.results());
    output.json(AuditView.json(plan));
    return 0;
  }

  private int show(AuditReport report) throws IOException {
    AuditView.writePage(report, images, command.commandLine().getParseResult().originalArgs());
    AuditView.print(report, output.results());
    if (output.json()) {
      String written = Files.readString(out.resolve(AuditFiles.AUDIT));
      output.json(Json.MAPPER.readValue(written, new TypeReference<Map<String, Object>>() {}));
    }
    return 0;
  }
}

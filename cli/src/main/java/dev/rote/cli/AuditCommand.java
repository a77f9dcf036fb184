package dev.rote.cli;

import dev.rote.audit.AuditFiles;
import dev.rote.data.DataSpec;
import dev.rote.engine.AuditPlan;
import dev.rote.engine.AuditReport;
import dev.rote.engine.AuditSpec;
import dev.rote.engine.LabelAudit;
import dev.rote.engine.LabelSource;
import dev.rote.engine.PredictionAudit;
import dev.rote.noise.LabelNoise;
import dev.rote.onnx.OnnxModel;
import dev.rote.run.Json;
import dev.rote.text.InputException;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    commandListHeading = "%nCommands:%n",
    sortOptions = false)
final class AuditCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "images to audit: one folder per class, or train/ and test/ with such folders")
  private String folder;

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description =
          "or a CSV file: path,label; beside --pred-probs or --features, a row for each sample"
              + " with label, path, original_label or any columns to show")
  private String manifest;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "audit",
      description = "directory of the results (default: ${DEFAULT-VALUE})")
  private Path out;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "1000",
      description = "images of the most suspect samples in audit.html (default: ${DEFAULT-VALUE})")
  private int images;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "seed of folds, weights and batch order (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--dry-run",
      description = "show what would be trained and how long it would take; audit nothing")
  private boolean dryRun;

  @Mixin private Output.WithJson output;

  @ArgGroup(validate = false, order = 1, heading = "%nWhich images are audited:%n")
  private DataOptions data = new DataOptions();

  @ArgGroup(validate = false, order = 2, heading = "%nHow networks are trained:%n")
  private AuditTrainingOptions training = new AuditTrainingOptions();

  @ArgGroup(validate = false, order = 3, heading = "%nWhere they are trained:%n")
  private MachineOptions machine = new MachineOptions();

  @ArgGroup(
      validate = false,
      order = 4,
      heading = "%nInstead of training, predictions or features of another system:%n")
  private PredictionOptions predictions = new PredictionOptions();

  @ArgGroup(validate = false, order = 5, heading = "%nInstead of training, a pretrained network:%n")
  private EncoderOptions encoder = new EncoderOptions();

  @Override
  public Integer call() throws IOException {
    if (images < 0) {
      throw new InputException("--images " + images + " is below 0");
    }
    if (predictions.given()) {
      return show(withoutTraining());
    }
    if (encoder.given()) {
      return show(byEncoder());
    }
    refuse("an audit that trains networks", List.of(EncoderOptions.class));
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
    if (folder != null || data.dataset() != null || data.data != null) {
      throw new InputException(
          "--pred-probs and --features audit labels without images: give no directory, --dataset or"
              + " --data beside them; --manifest brings paths and texts");
    }
    refuse(
        "an audit of predictions or features",
        List.of(
            DataOptions.class,
            AuditTrainingOptions.class,
            MachineOptions.class,
            EncoderOptions.class));
    refuseDryRun();
    LabelSource source = predictions.source(Optional.ofNullable(manifest).map(Path::of));
    if (predictions.predProbs == null) {
      return PredictionAudit.ofFeatures(predictions.features, source, seed, out);
    }
    try (ProgressDisplay progress = ProgressDisplay.on(output)) {
      return PredictionAudit.of(predictions.predProbs, predictions.logits, source, out, progress);
    }
  }

  private AuditReport byEncoder() throws IOException {
    refuse("an audit with an encoder", List.of(AuditTrainingOptions.class, MachineOptions.class));
    refuseDryRun();
    try (OnnxModel model = encoder.open(Optional.ofNullable(data.imageSize));
        ProgressDisplay progress = ProgressDisplay.on(output)) {
      return PredictionAudit.ofImages(
          dataSpec(Optional.empty()), encoder.encoder(model, output), seed, out, progress);
    }
  }

  /**
   * Refuses options that an audit would ignore.
   *
   * @param groups classes that declare them
   */
  private void refuse(String audit, List<Class<?>> groups) {
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      if (option.userObject() instanceof Field field
          && groups.contains(field.getDeclaringClass())) {
        throw new InputException(
            "%s does not apply to %s; leave it out".formatted(option.longestName(), audit));
      }
    }
  }

  private void refuseDryRun() {
    if (dryRun) {
      throw new InputException("--dry-run applies to audits that train networks; leave it out");
    }
  }

  private AuditSpec spec() {
    return new AuditSpec(
        dataSpec(Optional.ofNullable(data.imageSize)),
        Optional.ofNullable(training.noise).map(LabelNoise::parse),
        seed,
        training.training(),
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
    if (named != null && data.data != null) {
      throw new InputException("--data belongs to --dataset; leave it out to audit " + named);
    }
    if (named != null && !Files.exists(Path.of(named))) {
      throw new InputException(named + " does not exist; check the path");
    }
    if (folder != null && Files.isRegularFile(Path.of(folder))) {
      throw new InputException(
          folder.matches("(?i).*\\.(json|xml)")
              ? "%s is a file, not a directory of images; 'rote data manifest' makes a manifest of the labels of annotation tools"
                  .formatted(folder)
              : "%s is a file, not a directory of images; to audit the images that it lists: --manifest %s"
                  .formatted(folder, folder));
    }
    return DataSpec.of(
            folder != null ? "folder" : manifest != null ? "manifest" : data.dataset(),
            Optional.ofNullable(named != null ? named : data.data))
        .withSubset(Optional.ofNullable(data.subset), Optional.empty())
        .withImages(imageSize, data.grey != null && data.grey)
        .withSplit(Optional.ofNullable(data.split));
  }

  private int show(AuditPlan plan) {
    AuditView.print(plan, output.results());
    output.json(AuditView.json(plan));
    return 0;
  }

  private int show(AuditReport report) throws IOException {
    AuditView.writePage(report, images, command.commandLine().getParseResult().originalArgs());
    output.results().println();
    AuditView.print(out, output.results());
    if (output.json()) {
      String written = Files.readString(out.resolve(AuditFiles.AUDIT));
      output.json(Json.MAPPER.readValue(written, new TypeReference<Map<String, Object>>() {}));
    }
    return 0;
  }
}

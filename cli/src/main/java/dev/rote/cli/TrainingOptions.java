package dev.rote.cli;

import dev.rote.study.Augmentation;
import dev.rote.study.Decay;
import dev.rote.study.Precision;
import dev.rote.study.StudyOptions;
import picocli.CommandLine.Option;

/** Options that say how each run of a study trains. A value that is not given is null. */
final class TrainingOptions {
  @Option(names = "--epochs", paramLabel = "N", description = "passes over the training set")
  private Integer epochs;

  @Option(names = "--batch-size", paramLabel = "N", description = "samples per step")
  private Integer batchSize;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      completionCandidates = Choices.Optimizers.class,
      description = "one of ${COMPLETION-CANDIDATES}")
  private String optimizer;

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "learning rate")
  private Double learningRate;

  @Option(
      names = "--momentum",
      paramLabel = "M",
      description = "momentum of sgd and muon; adam ignores it")
  private Double momentum;

  @Option(
      names = "--weight-decay",
      paramLabel = "L",
      description = "L2 penalty of sgd and adam; muon ignores it")
  private Double weightDecay;

  @Option(
      names = "--schedule",
      paramLabel = "SCHEDULE",
      description = "constant, cosine, linear, 'exponential(0.95)', 'steps(0.1, 100, 150)'")
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
      names = "--dropout",
      paramLabel = "P",
      description =
          "set activations to 0 with this probability while training (0: never);"
              + " inception-lite, small-cnn and mlp")
  private Double dropout;

  StudyOptions.Optimization optimization() {
    return new StudyOptions.Optimization(optimizer, learningRate, momentum, weightDecay);
  }

  StudyOptions.Training training() {
    return new StudyOptions.Training(
        schedule == null ? null : Decay.parse(schedule),
        warmup,
        epochs,
        batchSize,
        precision == null ? null : Precision.parse(precision),
        augmentation == null ? null : Augmentation.parse(augmentation),
        clip,
        dropout);
  }
}

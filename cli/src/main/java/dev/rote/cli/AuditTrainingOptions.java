package dev.rote.cli;

import dev.rote.engine.AuditTraining;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.text.InputException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Options that say how the networks of an audit are trained. */
final class AuditTrainingOptions {
  private static final Pattern TIME =
      Pattern.compile("(\\d{1,6})\\s*(s|sec|seconds|m|min|minutes|h|hours)");

  private static final String BUDGET = "10m";
  private static final String LOSS = "rll(alpha=0.1)";

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      defaultValue = BUDGET,
      description = "time to spend on training, as in 90s, 20m, 2h (default: " + BUDGET + ")")
  private String budget = BUDGET;

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
      defaultValue = LOSS,
      description = "loss to train with (default: " + LOSS + ")")
  private String loss = LOSS;

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
      names = "--rounds",
      paramLabel = "N",
      description =
          "how often the folds are trained, from the second round on with labels that the round"
              + " before corrected (default: 2 for colour images if the budget allows, else 1)")
  private Integer rounds;

  @Option(
      names = "--no-final-network",
      description = "skip the network that is trained on all images")
  private boolean noFinalNetwork;

  @Option(
      names = "--noise",
      paramLabel = "NOISE",
      description = "alter the labels first, as in symmetric(0.2), to test the audit itself")
  String noise;

  AuditTraining training() {
    return new AuditTraining(
        Optional.ofNullable(network).map(NetworkName::new),
        LossSpec.parse(loss),
        Optional.ofNullable(epochs),
        Optional.ofNullable(folds),
        Optional.ofNullable(repeats),
        Optional.ofNullable(rounds),
        time(budget),
        !noFinalNetwork);
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
}

package dev.rote.cli;

import dev.rote.data.LabelledImages;
import dev.rote.study.Precision;
import dev.rote.study.Protocol;
import dev.rote.text.InputException;
import dev.rote.worker.TimeEstimate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an audit trains, and why.
 *
 * @param folds number of folds
 */
record AuditSettings(String network, Protocol protocol, int folds, String explanation) {
  private static final int FEWEST_EPOCHS = 6;
  private static final int MOST_EPOCHS = 40;
  private static final Pattern TIME = Pattern.compile("(\\d+)\\s*(s|m|h)");

  /** Seconds of a text such as 90s, 20m, 2h. */
  static long seconds(String budget) {
    Matcher matcher = TIME.matcher(budget.strip());
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw new InputException("--budget " + budget + " is no time such as 90s, 20m or 2h");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "h" -> 3600 * number;
      case "m" -> 60 * number;
      default -> number;
    };
  }

  /** Fits network, epochs and folds to the images and the time; what is stated stays. */
  static AuditSettings choose(
      LabelledImages images,
      String network,
      Integer epochs,
      Integer folds,
      long budget,
      Consumer<String> notice) {
    String chosen = network != null ? network : images.channels() == 1 ? "small-cnn" : "resnet9";
    int parts = folds != null ? folds : images.channels() == 1 ? 4 : 3;
    if (parts < 2 || parts > images.size() / 2) {
      throw new InputException(
          "--folds %d is outside [2, %d], half of the %d samples"
              .formatted(parts, images.size() / 2, images.size()));
    }
    int processors = Runtime.getRuntime().availableProcessors();
    Precision precision = protocol(chosen, FEWEST_EPOCHS).precision();
    double perEpoch = TimeEstimate.imageSeconds(chosen, precision) * images.size() / processors;
    // Each of the folds trains on the others, one network more on all; measuring adds a third.
    double wanted = budget / (perEpoch * parts * 1.35);
    int most = chosen.equals("small-cnn") || chosen.equals("mlp") ? 20 : MOST_EPOCHS;
    int count =
        epochs != null ? epochs : (int) Math.max(FEWEST_EPOCHS, Math.min(most, Math.floor(wanted)));
    Protocol protocol = protocol(chosen, count);
    if (epochs == null && wanted < FEWEST_EPOCHS) {
      notice.accept(
          "The budget is short for "
              + chosen
              + ": fewer than "
              + FEWEST_EPOCHS
              + " epochs teach it little, so it will take longer.");
    }
    return new AuditSettings(
        chosen,
        protocol,
        parts,
        String.format(
            Locale.ROOT,
            "%s (%s), %d folds and one network on all %,d samples, %d epochs each: about %s on this machine",
            chosen,
            network != null
                ? "as stated"
                : images.channels() == 1 ? "grey images" : "colour images",
            parts,
            images.size(),
            count,
            PlanView.duration(Math.round(perEpoch * parts * 1.35 * count))));
  }

  /** For people. */
  Map<String, String> inWords(String loss) {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("network", network);
    words.put("loss", loss);
    words.put("folds", folds + ", and one network on all samples");
    words.put("epochs", Integer.toString(protocol.epochs()));
    words.put("optimizer", protocol.optimizer() + ", rate " + protocol.learningRate());
    words.put("schedule", protocol.schedule() + ", warm-up of " + protocol.warmupEpochs());
    words.put("augmentation", protocol.augmentation());
    words.put("precision", protocol.precision().toString());
    return words;
  }

  /** Rates at which losses that resist memorization learn in few epochs without a collapse. */
  private static Protocol protocol(String network, int epochs) {
    return switch (network) {
      case "small-cnn", "mlp" ->
          new Protocol("adam", 0.002, 0, 0, "cosine", 0, epochs, 128, Precision.FLOAT32);
      case "resnet18" ->
          new Protocol(
              "adam",
              0.001,
              0,
              0,
              "cosine",
              Math.min(3, epochs - 1),
              epochs,
              128,
              Precision.FLOAT32);
      case "resnet9" ->
          new Protocol(
              "sgd",
              0.1,
              0.9,
              5e-4,
              "cosine",
              Math.min(2, epochs - 1),
              epochs,
              128,
              Processor.fastWithBf16() ? Precision.BF16 : Precision.FLOAT32,
              "flip+crop(2)");
      default ->
          new Protocol(
              "sgd",
              0.03,
              0.9,
              1e-4,
              "cosine",
              Math.min(3, epochs - 1),
              epochs,
              128,
              Precision.FLOAT32);
    };
  }
}

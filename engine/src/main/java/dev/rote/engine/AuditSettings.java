package dev.rote.engine;

import dev.rote.data.DataSet;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelledImages;
import dev.rote.net.Networks;
import dev.rote.noise.LabelNoise;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Augmentation;
import dev.rote.study.Decay;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.OptimizerSpec.Adam;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.study.Precision;
import dev.rote.study.Protocol;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * The training settings of an audit, with the reasons for them.
 *
 * @param rounds how often the folds are trained: from the second round on with corrected labels
 */
public record AuditSettings(
    NetworkName network,
    Protocol protocol,
    CrossValidation.Scheme scheme,
    int rounds,
    Allocation allocation,
    String explanation) {
  private static final NetworkName SMALL_CNN = new NetworkName("small-cnn");
  private static final NetworkName AIRBENCH = new NetworkName("airbench");

  /** Networks of two or three layers. */
  private static final Set<String> SMALL = Set.of("small-cnn", "mlp");

  private static final int FEWEST_EPOCHS = 6;
  private static final int MOST_EPOCHS = 40;
  private static final int MOST_OF_SMALL = 20;
  private static final int MOST_OF_AIRBENCH = 8;
  private static final int ENOUGH_STEPS = 1000;
  private static final int STEPS_OF_AIRBENCH = 200;

  /** With more steps than this, airbench's rate falls as their root. */
  private static final double STEPS_AT_FULL_RATE = 500;

  private static final int STEPS_OF_A_SMALL_EPOCH = 12;
  private static final int SMALLEST_OF_AIRBENCH = 25;
  private static final int STEPS_OF_AN_EPOCH = 40;
  private static final int LARGEST_BATCH = 128;
  private static final int SMALLEST_BATCH = 16;
  private static final int MOST_REPEATS = 5;

  /** Another division is worth more than the last of the epochs that pay. */
  private static final double ENOUGH_OF_MOST = 0.75;

  /**
   * Larger sets are divided once by other networks than airbench, unless the user says otherwise:
   * repeats cost minutes there, and their use was not measured.
   */
  private static final int LARGEST_REPEATED = 2000;

  private static final int LONG_SECONDS = 600;
  private static final int SHORT_SECONDS = 60;

  /** The settings that were given; the rest are chosen. */
  record Stated(AuditTraining training, Machine machine) {
    /**
     * Fits what is left open to the images, the time and the machine. An audit that has begun in
     * {@code out} continues with the number of epochs that it began with.
     *
     * @throws InputException if {@code out} holds something else
     */
    AuditSettings settle(
        DataSpec spec,
        DataSet data,
        LossSpec loss,
        Path out,
        Device device,
        Consumer<String> notice)
        throws IOException, InterruptedException {
      LabelledImages images = data.train();
      boolean grey = images.shape().channels() == 1;
      NetworkName chosen =
          Networks.kind(training.network().orElse(grey ? SMALL_CNN : AIRBENCH)).name();
      CrossValidation.Scheme once =
          new CrossValidation.Scheme(parts(images), 1, training.finalNetwork());
      int most = mostEpochs(chosen, images.size());
      Optional<Integer> begun = begun(out, chosen);
      int provisional = training.epochs().or(() -> begun).orElse(most);
      Protocol provisionally = protocol(chosen, grey, provisional, images.size());
      // Labels and seed do not matter here.
      CrossValidation longest =
          new CrossValidation(
              spec, LabelNoise.parse("none"), chosen, loss, provisionally, once, 1, 1);
      StudyPlan plan = longest.first(data, out);
      SpeedMeter.Choice choice = allocation(longest, plan, begun.isPresent(), device, notice);
      int tested = data.test().map(LabelledImages::size).orElse(0);
      Cost cost = new Cost(plan, tested, choice);
      int rounds = rounds(chosen, out, cost.epochSeconds(longest, 2));
      ToDoubleFunction<CrossValidation> epochSeconds = folds -> cost.epochSeconds(folds, rounds);
      IntFunction<CrossValidation> repeated = repeats -> longest.with(once.withRepeats(repeats));
      boolean repeatable =
          training.epochs().isEmpty()
              && (chosen.equals(AIRBENCH) || images.size() <= LARGEST_REPEATED);
      double nearlyAll = Math.ceil(ENOUGH_OF_MOST * most);
      int repeats =
          training
              .repeats()
              .orElseGet(
                  () ->
                      begun.isPresent()
                          ? begunRepeats(out, once.folds())
                          : !repeatable
                              ? 1
                              : affordableRepeats(
                                  n -> epochSeconds.applyAsDouble(repeated.apply(n)) * nearlyAll));
      CrossValidation folds = repeated.apply(repeats);
      int count =
          training.epochs().isPresent() || begun.isPresent()
              ? provisional
              : affordableEpochs(chosen, most, epochSeconds.applyAsDouble(folds), notice);
      Protocol protocol = protocol(chosen, grey, count, images.size());
      requireSameAudit(out, plan.identity().with(protocol));
      return new AuditSettings(
          chosen,
          protocol,
          folds.scheme(),
          rounds,
          choice.allocation(),
          String.format(
              Locale.ROOT,
              "%s (%s), %s, %,d samples, %d %s each%s: about %s%s",
              chosen,
              training.network().isPresent() ? "as stated" : grey ? "grey images" : "colour images",
              inWords(folds.scheme(), rounds),
              images.size(),
              count,
              count == 1 ? "epoch" : "epochs",
              begun.isPresent() && training.epochs().isEmpty() ? ", as it was begun" : "",
              TimeEstimate.inWords(Math.round(epochSeconds.applyAsDouble(folds) * count)),
              choice.speed().isPresent()
                  ? " at the speed that a trial on this machine showed"
                  : " on a typical machine"));
    }

    /**
     * Returns how often the folds are trained: where the budget does not pay for two rounds of the
     * fewest epochs, one of as many as it does.
     *
     * @param epochSeconds of two rounds
     */
    private int rounds(NetworkName network, Path out, double epochSeconds) {
      if (training.rounds().isPresent()) {
        return training.rounds().get();
      }
      boolean affordable =
          training.epochs().isPresent()
              || FEWEST_EPOCHS * epochSeconds <= training.budget().toSeconds()
              || Files.exists(CrossValidation.directory(out, 2));
      return network.equals(AIRBENCH) && affordable ? 2 : 1;
    }

    /** Returns as many epochs as the budget pays for, but no more than pay. */
    private int affordableEpochs(
        NetworkName network, int most, double epochSeconds, Consumer<String> notice) {
      double affordable = training.budget().toSeconds() / epochSeconds;
      if (affordable < FEWEST_EPOCHS) {
        notice.accept(
            "The budget is short for "
                + network
                + ": fewer than "
                + FEWEST_EPOCHS
                + " epochs teach it little, so it will take longer.");
      }
      return (int) Math.max(FEWEST_EPOCHS, Math.min(most, Math.floor(affordable)));
    }

    /**
     * Returns how often the samples can be divided within the budget.
     *
     * @param seconds time that a number of repeats takes
     */
    private int affordableRepeats(IntToDoubleFunction seconds) {
      int repeats = 1;
      for (int more = 2; more <= MOST_REPEATS; more++) {
        if (seconds.applyAsDouble(more) <= training.budget().toSeconds()) {
          repeats = more;
        }
      }
      return repeats;
    }

    private static void requireSameAudit(Path out, StudyDirectory.Identity identity) {
      try {
        StudyDirectory.check(CrossValidation.directory(out, 1, 0), identity);
      } catch (InputException e) {
        throw new InputException(
            "%s holds an audit of other images or with other settings; choose another --out (%s)"
                .formatted(out, e.getMessage()),
            e);
      }
    }

    private int parts(LabelledImages images) {
      int most = images.size() / 2;
      if (training.folds().isEmpty() && most < 2) {
        throw new InputException(
            "%d images are too few to audit: at least 4 are needed, and some hundreds to learn from"
                .formatted(images.size()));
      }
      int parts = training.folds().orElse(Math.min(most, images.shape().channels() == 1 ? 4 : 3));
      if (parts < 2 || parts > most) {
        throw new InputException(
            "--folds %d is outside [2, %d], half of the %d samples"
                .formatted(parts, most, images.size()));
      }
      return parts;
    }

    /** Returns the epochs of the audit that {@code out} holds, if it trains that network. */
    private static Optional<Integer> begun(Path out, NetworkName network) {
      return StudyDirectory.identity(CrossValidation.directory(out, 1, 0))
          .filter(study -> study.network().equals(network))
          .map(study -> study.protocol().epochs());
    }

    /** Returns how often the audit that {@code out} holds divides the samples. */
    private static int begunRepeats(Path out, int folds) {
      int networks = 0;
      while (StudyDirectory.identity(CrossValidation.directory(out, 1, networks)).isPresent()) {
        networks++;
      }
      return Math.max(1, networks / folds);
    }

    private SpeedMeter.Choice allocation(
        CrossValidation longest,
        StudyPlan plan,
        boolean begun,
        Device device,
        Consumer<String> notice)
        throws IOException, InterruptedException {
      int runs = longest.scheme().networks();
      SpeedMeter meter = SpeedMeter.ofThisMachine(notice);
      SpeedMeter.Choice untried =
          new SpeedMeter.Choice(meter.untried(device, runs, machine), Optional.empty());
      double typical = longest.epochSeconds(plan, 0, untried) * longest.protocol().epochs();
      // Where the budget decides how many epochs there are, the speed must be known.
      boolean worthATrial =
          !begun
              && (training.epochs().isPresent()
                  ? typical >= LONG_SECONDS
                  : training.budget().toSeconds() >= SHORT_SECONDS);
      return meter.choose(plan, runs, worthATrial, device, machine);
    }
  }

  private static String inWords(CrossValidation.Scheme scheme, int rounds) {
    return scheme.inWords() + (rounds > 1 ? ", in " + rounds + " rounds" : "");
  }

  /**
   * What training takes.
   *
   * @param first plan of the first fold
   * @param tested number of test images, which the network on all samples is evaluated on
   */
  private record Cost(StudyPlan first, int tested, SpeedMeter.Choice choice) {
    /** Returns the seconds that an epoch of all networks of all rounds takes. */
    double epochSeconds(CrossValidation folds, int rounds) {
      return folds.epochSeconds(first, tested, choice)
          + (rounds - 1) * folds.withoutAll().epochSeconds(first, tested, choice);
    }
  }

  /** Returns the settings in words, by name. */
  public Map<String, String> inWords(LossSpec loss) {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("network", network.toString());
    words.put("loss", loss.toString());
    words.put("networks", inWords(scheme, rounds));
    words.put("epochs", Integer.toString(protocol.epochs()));
    words.put(
        "optimizer",
        String.format(
            Locale.ROOT,
            "%s, rate %.4g",
            protocol.optimizer().name(),
            protocol.optimizer().rate()));
    words.put("schedule", protocol.schedule().toString());
    words.put("batch", Integer.toString(protocol.batchSize()));
    words.put("augmentation", protocol.augmentation().toString());
    words.put("precision", protocol.precision().toString());
    return words;
  }

  /** Returns the number of epochs beyond which networks learn little. */
  private static int mostEpochs(NetworkName network, int samples) {
    int most =
        SMALL.contains(network.family())
            ? MOST_OF_SMALL
            : network.equals(AIRBENCH) ? MOST_OF_AIRBENCH : MOST_EPOCHS;
    int steps = Math.max(1, samples / batchSize(network, samples));
    int enough = network.equals(AIRBENCH) ? STEPS_OF_AIRBENCH : ENOUGH_STEPS;
    return Math.max(most, enough / steps);
  }

  /** Returns the batch size: smaller for few images, or an epoch would be a step or two. */
  private static int batchSize(NetworkName network, int samples) {
    if (network.equals(AIRBENCH)) {
      int most = Networks.protocol(network).batchSize();
      return Math.max(SMALLEST_OF_AIRBENCH, Math.min(most, samples / STEPS_OF_A_SMALL_EPOCH));
    }
    int batch = LARGEST_BATCH;
    while (batch > SMALLEST_BATCH && samples < STEPS_OF_AN_EPOCH * batch) {
      batch /= 2;
    }
    return batch;
  }

  /** Rates at which losses that resist memorization learn in few epochs without a collapse. */
  private static Protocol protocol(NetworkName network, boolean grey, int epochs, int samples) {
    if (network.equals(AIRBENCH)) {
      // Its rates belong to its own batches, and its small logits learn nothing from plain SGD.
      int batch = batchSize(network, samples);
      Protocol its = Networks.protocol(network);
      double noise = Math.sqrt((double) batch / its.batchSize());
      double steps = (double) epochs * samples / batch;
      double length = Math.sqrt(Math.min(1, STEPS_AT_FULL_RATE / steps));
      return its.withEpochs(epochs)
          .withBatchSize(batch)
          .withLearningRate(noise * length * its.optimizer().rate())
          .withPrecision(Processor.fastWithBf16() ? Precision.BF16 : Precision.FLOAT32);
    }
    int batch = batchSize(network, samples);
    double share = (double) batch / LARGEST_BATCH;
    double adam = Math.sqrt(share); // as the noise of a gradient grows
    Protocol protocol =
        switch (network.family()) {
          case "small-cnn", "mlp" ->
              Protocol.of(new Adam(0.002 * adam, 0), epochs)
                  .withSchedule(Decay.COSINE, 0)
                  .withAugmentation(grey ? new Augmentation(false, 2) : Augmentation.NONE);
          case "resnet18" -> warmed(new Adam(0.001 * adam, 0), epochs, 3);
          case "resnet9" ->
              warmed(new Sgd(0.1 * share, 0.9, 5e-4), epochs, 2)
                  .withPrecision(Processor.fastWithBf16() ? Precision.BF16 : Precision.FLOAT32)
                  .withAugmentation(new Augmentation(true, 2));
          default -> warmed(new Sgd(0.03 * share, 0.9, 1e-4), epochs, 3);
        };
    return protocol.withBatchSize(batch);
  }

  private static Protocol warmed(OptimizerSpec optimizer, int epochs, int warmup) {
    return Protocol.of(optimizer, epochs).withSchedule(Decay.COSINE, Math.min(warmup, epochs - 1));
  }
}

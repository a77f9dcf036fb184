package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rote.text.InputException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a network is trained.
 *
 * @param optimizer {@code sgd} or {@code adam}
 * @param learningRate rate before schedule and warm-up; positive
 * @param momentum momentum of SGD in [0, 1); unused by Adam
 * @param weightDecay L2 penalty λ: λ·w is added to the gradient of every parameter; at least 0
 * @param schedule text of a {@link Schedule}
 * @param warmupEpochs epochs over which the rate rises linearly from 0, step by step; 0: none
 * @param epochs number of passes over the training set; at least 1
 * @param batchSize samples a step; at least 2
 * @param precision arithmetic of the passes
 * @param augmentation text of an {@link Augmentation}
 * @param clip largest Euclidean norm of the gradient of all parameters together: a longer one is
 *     scaled down to it before the step, and before weight decay; positive; none: as it is
 */
public record Protocol(
    String optimizer,
    double learningRate,
    double momentum,
    double weightDecay,
    String schedule,
    int warmupEpochs,
    int epochs,
    int batchSize,
    Precision precision,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = NoAugmentation.class)
        String augmentation,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Double> clip) {

  /**
   * Equal to the augmentation that is none, which is not written: a run is named by what is, and
   * runs of times before there was augmentation keep their names.
   */
  private static final class NoAugmentation {
    @Override
    public boolean equals(Object other) {
      return "none".equals(other);
    }

    @Override
    public int hashCode() {
      return "none".hashCode();
    }
  }

  /** Gradients are taken as they are. */
  public Protocol(
      String optimizer,
      double learningRate,
      double momentum,
      double weightDecay,
      String schedule,
      int warmupEpochs,
      int epochs,
      int batchSize,
      Precision precision,
      String augmentation) {
    this(
        optimizer,
        learningRate,
        momentum,
        weightDecay,
        schedule,
        warmupEpochs,
        epochs,
        batchSize,
        precision,
        augmentation,
        Optional.empty());
  }

  /** Images are trained on, and gradients taken, as they are. */
  public Protocol(
      String optimizer,
      double learningRate,
      double momentum,
      double weightDecay,
      String schedule,
      int warmupEpochs,
      int epochs,
      int batchSize,
      Precision precision) {
    this(
        optimizer,
        learningRate,
        momentum,
        weightDecay,
        schedule,
        warmupEpochs,
        epochs,
        batchSize,
        precision,
        "none");
  }

  public Protocol {
    // What records of older runs do not have.
    clip = clip == null ? Optional.empty() : clip;
    if (!optimizer.equals("sgd") && !optimizer.equals("adam")) {
      throw new InputException("unknown optimizer '" + optimizer + "'; known: sgd, adam");
    }
    if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new InputException("learning rate " + learningRate + " is not a positive number");
    }
    if (!(momentum >= 0 && momentum < 1)) {
      throw new InputException("momentum " + momentum + " is outside [0, 1)");
    }
    if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
      throw new InputException("weight decay " + weightDecay + " is negative or no number");
    }
    if (epochs < 1) {
      throw new InputException("epochs " + epochs + " is below 1");
    }
    if (batchSize < 2) {
      throw new InputException(
          "batch size " + batchSize + " is below 2 (batch norm needs two samples)");
    }
    if (warmupEpochs < 0 || warmupEpochs > epochs) {
      throw new InputException(
          "warm-up of " + warmupEpochs + " epochs is outside [0, " + epochs + "] (epochs)");
    }
    clip.ifPresent(
        norm -> {
          if (!(norm > 0 && norm < Double.POSITIVE_INFINITY)) {
            throw new InputException("clip " + norm + " is not a positive norm");
          }
        });
    schedule = Schedule.parse(schedule).toString();
    // Records of older runs have none.
    augmentation = augmentation == null ? "none" : Augmentation.parse(augmentation).toString();
  }

  /** This protocol with another learning rate. */
  public Protocol withLearningRate(double rate) {
    return new Protocol(
        optimizer,
        rate,
        momentum,
        weightDecay,
        schedule,
        warmupEpochs,
        epochs,
        batchSize,
        precision,
        augmentation,
        clip);
  }

  /** What is not as in {@code other}, in words: {@code epochs 20, not 30; schedule …}. */
  public String differenceTo(Protocol other) {
    List<String> differences = new ArrayList<>();
    for (RecordComponent component : Protocol.class.getRecordComponents()) {
      try {
        Object mine = component.getAccessor().invoke(this);
        Object others = component.getAccessor().invoke(other);
        if (!mine.equals(others)) {
          String name = component.getName().replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
          differences.add(name + " " + inWords(mine) + ", not " + inWords(others));
        }
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    }
    return String.join("; ", differences);
  }

  private static Object inWords(Object value) {
    return value instanceof Optional<?> optional && optional.isEmpty()
        ? "none"
        : value instanceof Optional<?> optional ? optional.get() : value;
  }

  /**
   * The rate of one step.
   *
   * @param epoch 1-based
   * @param step 0-based step within the epoch
   * @param stepsPerEpoch steps of an epoch
   */
  public double rateAt(int epoch, int step, int stepsPerEpoch) {
    double rate = learningRate * Schedule.parse(schedule).factor(epoch, epochs);
    if (epoch > warmupEpochs) {
      return rate;
    }
    double done = (epoch - 1.0) * stepsPerEpoch + step + 1;
    return rate * done / ((double) warmupEpochs * stepsPerEpoch);
  }
}

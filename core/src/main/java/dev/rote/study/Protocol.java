package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rote.data.DataSpec;
import dev.rote.text.InputException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a network is trained.
 *
 * @param optimizer rule of the weight changes, with the learning rate
 * @param schedule how the learning rate changes
 * @param epochs number of passes over the training set; 1 or more
 * @param batchSize samples per step; 2 or more
 * @param precision arithmetic of the forward and backward passes
 * @param augmentation random changes of the training images
 * @param clip largest Euclidean norm of the gradient of all parameters together: a longer gradient
 *     is scaled down to it before weight decay and the step; positive; empty: no limit
 * @param dropout probability with which an activation is set to 0 in training, in (0, 1); empty: no
 *     dropout
 */
public record Protocol(
    OptimizerSpec optimizer,
    Schedule schedule,
    int epochs,
    int batchSize,
    Precision precision,
    Augmentation augmentation,
    Optional<Double> clip,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Double> dropout) {

  private static final int USUAL_BATCH = 128;

  public Protocol {
    if (epochs < 1) {
      throw new InputException("epochs " + epochs + " is below 1");
    }
    if (batchSize < 2) {
      throw new InputException(
          "batch size " + batchSize + " is below 2 (batch norm needs two samples)");
    }
    if (schedule.warmupEpochs() > epochs) {
      throw new InputException(
          "warm-up of "
              + schedule.warmupEpochs()
              + " epochs is outside [0, "
              + epochs
              + "] (the number of epochs)");
    }
    clip.ifPresent(
        norm -> {
          if (!(norm > 0 && norm < Double.POSITIVE_INFINITY)) {
            throw new InputException("clip " + norm + " is outside (0, ∞)");
          }
        });
    dropout.ifPresent(
        probability -> {
          if (!(probability > 0 && probability < 1)) {
            throw new InputException("dropout " + probability + " is outside [0, 1)");
          }
        });
  }

  /**
   * Returns the plain protocol: a constant rate, batches of 128, float32, no augmentation, no limit
   * of the gradient.
   */
  public static Protocol of(OptimizerSpec optimizer, int epochs) {
    return new Protocol(
        optimizer,
        Schedule.CONSTANT,
        epochs,
        USUAL_BATCH,
        Precision.FLOAT32,
        Augmentation.NONE,
        Optional.empty(),
        Optional.empty());
  }

  /** Returns this protocol with another optimizer. */
  public Protocol withOptimizer(OptimizerSpec other) {
    return new Protocol(other, schedule, epochs, batchSize, precision, augmentation, clip, dropout);
  }

  /** Returns this protocol with another learning rate. */
  public Protocol withLearningRate(double rate) {
    return withOptimizer(optimizer.withRate(rate));
  }

  /** Returns this protocol with another schedule. */
  public Protocol withSchedule(Decay decay, int warmupEpochs) {
    return new Protocol(
        optimizer,
        new Schedule(decay, warmupEpochs),
        epochs,
        batchSize,
        precision,
        augmentation,
        clip,
        dropout);
  }

  /** Returns this protocol with another number of epochs. */
  public Protocol withEpochs(int number) {
    return new Protocol(
        optimizer, schedule, number, batchSize, precision, augmentation, clip, dropout);
  }

  /**
   * Returns this protocol with a share of the epochs, over which the rate falls as far.
   *
   * @param share in (0, 1]
   */
  Protocol scaled(double share) {
    int warmup = (int) Math.round(schedule.warmupEpochs() * share);
    return withEpochs(DataSpec.part(epochs, share))
        .withSchedule(schedule.decay().scaled(share), warmup);
  }

  /** Returns this protocol with other batches. */
  public Protocol withBatchSize(int samples) {
    return new Protocol(
        optimizer, schedule, epochs, samples, precision, augmentation, clip, dropout);
  }

  /** Returns this protocol in another precision. */
  public Protocol withPrecision(Precision other) {
    return new Protocol(optimizer, schedule, epochs, batchSize, other, augmentation, clip, dropout);
  }

  /** Returns this protocol with another augmentation. */
  public Protocol withAugmentation(Augmentation other) {
    return new Protocol(optimizer, schedule, epochs, batchSize, precision, other, clip, dropout);
  }

  /** Returns this protocol with gradients of at most this norm. */
  public Protocol withClip(double norm) {
    return new Protocol(
        optimizer,
        schedule,
        epochs,
        batchSize,
        precision,
        augmentation,
        Optional.of(norm),
        dropout);
  }

  /** Returns this protocol with dropout. */
  public Protocol withDropout(double probability) {
    return new Protocol(
        optimizer,
        schedule,
        epochs,
        batchSize,
        precision,
        augmentation,
        clip,
        Optional.of(probability));
  }

  /** Returns this protocol without dropout, weight decay and augmentation. */
  public Protocol plain() {
    OptimizerSpec undecayed =
        optimizer.weightDecay() == 0
            ? optimizer
            : OptimizerSpec.of(optimizer.name(), optimizer.rate(), optimizer.momentum(), 0.0);
    return new Protocol(
        undecayed,
        schedule,
        epochs,
        batchSize,
        precision,
        Augmentation.NONE,
        clip,
        Optional.empty());
  }

  /** Returns what differs from {@code other}, in words: {@code epochs 20, not 30; schedule …}. */
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
    return value instanceof Optional<?> optional
        ? optional.map(Object::toString).orElse("none")
        : value;
  }

  /**
   * Returns the learning rate of one step.
   *
   * @param epoch from 1
   * @param step step within the epoch, from 0
   * @param stepsPerEpoch steps of an epoch
   */
  public double rateAt(int epoch, int step, int stepsPerEpoch) {
    return schedule.rateAt(optimizer.rate(), epoch, epochs, step, stepsPerEpoch);
  }
}

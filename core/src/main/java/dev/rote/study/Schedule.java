package dev.rote.study;

import dev.rote.text.InputException;

/**
 * How the learning rate changes while a network trains.
 *
 * @param decay how it falls from epoch to epoch
 * @param warmupEpochs epochs over which it also rises linearly from 0, step by step; 0: none
 */
public record Schedule(Decay decay, int warmupEpochs) {
  /** A constant rate. */
  public static final Schedule CONSTANT = new Schedule(Decay.CONSTANT, 0);

  public Schedule {
    if (warmupEpochs < 0) {
      throw new InputException("warm-up of " + warmupEpochs + " epochs is below 0");
    }
  }

  /**
   * Returns the rate of one step.
   *
   * @param rate rate before schedule and warm-up
   * @param epoch from 1
   * @param epochs number of epochs
   * @param step step within the epoch, from 0
   * @param stepsPerEpoch steps of an epoch
   */
  double rateAt(double rate, int epoch, int epochs, int step, int stepsPerEpoch) {
    double decayed = rate * decay.factor(epoch, epochs, (double) step / stepsPerEpoch);
    if (epoch > warmupEpochs) {
      return decayed;
    }
    double done = (epoch - 1.0) * stepsPerEpoch + step + 1;
    return decayed * done / ((double) warmupEpochs * stepsPerEpoch);
  }

  /** Returns words such as {@code cosine, warm-up of 2 epochs}. */
  @Override
  public String toString() {
    return warmupEpochs == 0
        ? decay.toString()
        : decay + ", warm-up of " + warmupEpochs + " epochs";
  }
}

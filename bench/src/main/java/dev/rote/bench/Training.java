package dev.rote.bench;

/** A training of a network by one of the subjects. */
interface Training extends AutoCloseable {
  /** Returns the number of trainable scalars. */
  long parameters();

  /** Returns the library that it computes with, by name and version. */
  String library();

  /** Takes step after step, telling the clock after each, until the clock has enough. */
  void steps(StepClock clock);

  /**
   * Trains epoch after epoch, with the measurements at fixed weights on the training and the test
   * images at the end of each; tells the clock after each, until it has enough.
   */
  void epochs(StepClock clock);

  @Override
  void close();
}

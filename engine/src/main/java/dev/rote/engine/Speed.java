package dev.rote.engine;

/**
 * Speed and memory of one kind of run under one allocation, measured by a trial.
 *
 * @param trainingSeconds to train on one image, in each of the workers
 * @param measuringSeconds to measure one image at fixed weights
 * @param memoryBytes of the largest worker, without the images of a study; 0 where unknown
 * @param gpuBytes of the GPU's memory, a worker's part; 0 on processors
 */
record Speed(
    Allocation allocation,
    double trainingSeconds,
    double measuringSeconds,
    long memoryBytes,
    long gpuBytes) {

  /** Returns how often all workers take a run until none is left. */
  long rounds(long runs) {
    return (runs + allocation.workers() - 1) / allocation.workers();
  }

  /** Returns the seconds in which one worker trains on and measures these numbers of samples. */
  double seconds(double trained, double measured) {
    return trained * trainingSeconds + measured * measuringSeconds;
  }
}

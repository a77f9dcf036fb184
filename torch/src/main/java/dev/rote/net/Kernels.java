package dev.rote.net;

/** Functions that layers share. */
enum Kernels {
  /** oneDNN's kernels where it has some for the layer, else libtorch's. */
  OF_PROCESSORS,
  /**
   * libtorch's. Each call costs a GPU some microseconds, in which it could train on an image: what
   * can be done for all parameters at once is done at once.
   */
  OF_GPUS
}

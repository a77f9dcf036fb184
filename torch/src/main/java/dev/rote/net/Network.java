package dev.rote.net;

import org.bytedeco.pytorch.Tensor;

/**
 * A classifier of images with trainable parameters.
 *
 * <p>Parameters and buffers (running statistics of batch norm) are held by {@link Parameters}; a
 * network only says how they are used.
 */
public interface Network {
  /**
   * Logits of a batch.
   *
   * @param images {@code [N,C,H,W]}, standardized, float32
   * @param training whether batch norm uses and updates the statistics of the batch
   * @return logits {@code [N,K]}
   */
  Tensor forward(Tensor images, boolean training);

  /** All parameters and buffers, by name. */
  Parameters parameters();

  /** Whether images are best given in {@code channels_last} memory layout. */
  boolean channelsLast();

  /**
   * This network at its present weights, for evaluation: batch norm with its running statistics is
   * folded into the convolutions, so that logits equal those of {@link #forward} up to rounding.
   * Valid until the weights change, and no longer than the {@code PointerScope} that it is made in.
   */
  Classifier frozen();
}

package dev.rote.net;

import org.bytedeco.pytorch.Tensor;

/**
 * A classifier of images with trainable parameters.
 *
 * <p>Parameters and buffers (running statistics of batch norm) are held by {@link Parameters}; a
 * network only says how they are used. Networks bring their own backward pass: autograd does not
 * look inside them.
 */
public interface Network {
  /**
   * Takes a batch through the network in training mode: batch norm uses the statistics of the
   * batch, and updates its running ones.
   *
   * @param images {@code [N,C,H,W]}, standardized, float32
   */
  TrainingPass train(Tensor images);

  /**
   * Sets what a network takes from the training images before training begins, such as a whitening;
   * does nothing for networks that take nothing. What it sets are buffers, part of {@link
   * #parameters}.
   *
   * @param images some training images {@code [N,C,H,W]}, standardized, float32
   */
  void prepare(Tensor images);

  /** Returns all parameters and buffers, by name. */
  Parameters parameters();

  /** Returns whether images are best given in {@code channels_last} memory layout. */
  boolean channelsLast();

  /**
   * Adds this network at its present weights, in evaluation mode and float32, to an ONNX graph.
   *
   * @param images {@code [N,C,H,W]}, standardized
   * @return logits {@code [N,K]}
   */
  OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value images);

  /**
   * Returns this network at its present weights, for evaluation: batch norm with its running
   * statistics is folded into the convolutions. Valid until the weights change, and no longer than
   * the {@code PointerScope} that it is made in.
   */
  Classifier frozen();

  /**
   * Returns {@link #frozen} for gradients by the images: its logits are part of autograd's graph
   * where the images are. Slower; for measures, not for training.
   */
  Classifier differentiable();
}

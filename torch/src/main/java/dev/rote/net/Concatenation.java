package dev.rote.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The channels of two branches, one after the other. */
record Concatenation(Layer first, Layer second) implements Layer {
  @Override
  public Tensor forward(Tensor input, boolean training) {
    return torch.cat(
        new TensorVector(first.forward(input, training), second.forward(input, training)), 1);
  }

  @Override
  public Layer frozen() {
    return new Concatenation(first.frozen(), second.frozen());
  }
}

package dev.rote.net;

import org.bytedeco.pytorch.Tensor;

/** ReLU of the sum of two branches (He et al. 2016, eq. 1 and 2). */
record Residual(Layer branch, Layer shortcut) implements Layer {
  @Override
  public Tensor forward(Tensor input, boolean training) {
    return branch.forward(input, training).add_(shortcut.forward(input, training)).relu_();
  }

  @Override
  public Layer frozen() {
    return new Residual(branch.frozen(), shortcut.frozen());
  }
}

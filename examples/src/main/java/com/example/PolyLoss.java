package com.example;

import dev.rote.loss.Loss;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A loss of one's own: Poly-1, −log h_y + ε(1 − h_y) (Leng et al. 2022, "PolyLoss"). A study uses it
 * by its name: {@code --loss 'com.example.PolyLoss(2)'}.
 */
public final class PolyLoss implements Loss {
  private final double epsilon;

  /** With ε = 1. */
  public PolyLoss() {
    this(1);
  }

  /** Numbers after the class's name are given to the constructor of as many numbers. */
  public PolyLoss(double epsilon) {
    this.epsilon = epsilon;
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    Tensor logAtLabel = logits.log_softmax(1).gather(1, labels.unsqueeze(1)).squeeze(1);
    // 1 − h_y = −expm1(log h_y)
    return logAtLabel.neg().sub(logAtLabel.expm1(), new Scalar(epsilon));
  }
}

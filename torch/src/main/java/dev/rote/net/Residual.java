package dev.rote.net;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * ReLU of the sum of two branches (He et al. 2016, eq. 1 and 2).
 *
 * @param branch ends in a batch norm without ReLU, whose output nobody else needs
 */
record Residual(Layer branch, Layer shortcut) implements Layer {
  @Override
  public Output train(Tensor input, boolean inputGradient) {
    Output one = branch.train(input, inputGradient);
    Output two = shortcut.train(input, inputGradient);
    Tensor output = one.value().add_(two.value()).relu_();
    return new Output(
        output,
        gradient -> {
          Tensor masked = torch.threshold_backward(gradient, output, new Scalar(0));
          Tensor ofOne = one.pullback().apply(masked);
          Tensor ofTwo = two.pullback().apply(masked);
          return inputGradient ? ofOne.add_(ofTwo) : null;
        });
  }

  @Override
  public UnaryOperator<Tensor> frozen() {
    UnaryOperator<Tensor> one = branch.frozen();
    UnaryOperator<Tensor> two = shortcut.frozen();
    return input -> one.apply(input).add_(two.apply(input)).relu_();
  }
}

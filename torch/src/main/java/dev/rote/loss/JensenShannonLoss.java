package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Jensen–Shannon divergence of the one-hot label, with weight π, and the softmax, with weight 1 −
 * π, divided by −(1 − π) log(1 − π) (Englesson and Azizpour 2021, "Generalized Jensen–Shannon
 * divergence loss for learning with noisy labels": GJS with one prediction).
 *
 * <p>With m = π + (1 − π)h_y this is 1 − h_y + (m log m − (1 − π) h_y log h_y)/((1 − π) log(1 −
 * π)). From 0 to 1 + π log π/((1 − π) log(1 − π)); not symmetric. {@code [N,K]} logits and {@code
 * [N]} labels to {@code [N]} values.
 *
 * @param pi π in [1e-6, 1), weight of the label; towards 0 the loss is cross-entropy, towards 1
 *     half the absolute error
 */
public record JensenShannonLoss(double pi) implements LabelProbabilityLoss {
  static final LossParameter PI =
      LossParameter.number("pi", 0.5, new Interval(1e-6, true, 1, false), "π, weight of the label");

  static final LossKind KIND =
      new LossKind(
          "js",
          new LossKind.Definition(
              "Jensen–Shannon loss (GJS with one prediction)",
              "1 − h_y + (m·log m − (1−π)·h_y·log h_y) / ((1−π)·log(1−π)), m = π + (1−π)·h_y",
              "0 to 1 + π·log π / ((1−π)·log(1−π))",
              "Englesson and Azizpour 2021 (Generalized Jensen–Shannon divergence loss)",
              List.of("π → 0 is cce.", "π → 1 is mae/2.")),
          List.of(PI),
          "js",
          arguments -> new JensenShannonLoss(arguments.number(PI)));

  public JensenShannonLoss {
    PI.checked("js", pi);
  }

  @Override
  public Tensor at(Tensor logProbabilities) {
    double rest = 1 - pi;
    Tensor h = logProbabilities.exp();
    Tensor less = logProbabilities.expm1(); // h − 1
    Tensor m = less.mul(number(rest)).add(number(1));
    Tensor logM = less.mul(number(rest)).log1p();
    return m.mul(logM)
        .sub(h.mul(logProbabilities), number(rest))
        .div(number(rest * Math.log1p(-pi)))
        .sub(less);
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(pi);
  }

  @Override
  public boolean bounded() {
    return true;
  }
}

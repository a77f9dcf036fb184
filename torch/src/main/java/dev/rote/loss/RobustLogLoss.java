package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Robust log loss, L(h,y) = log((α+1)/α) − log(α+h_y) + Σ_{i≠y} log(α+h_i)/(K−1) (Patel and Sastry
 * 2021, section 2; from Kumar and Sastry 2018, "Robust loss functions for learning multi-class
 * classifiers"). Between 0 and log((α+1)/α) + log(1 + 1/(α(K−1))); symmetric with C =
 * K·log((α+1)/α). {@code [N,K]} logits and {@code [N]} labels to {@code [N]} values.
 *
 * <p>At a uniform softmax the gradient is −1/(1+αK) in the labelled logit: a small α learns like
 * cross-entropy, a large one like the absolute error. The paper names no α; its authors' class
 * defaults to 0.01, the script that calls it uses 0.1.
 *
 * @param alpha α > 0; towards infinity α·L is K/(K−1) times 1 − h_y, half the absolute error;
 *     towards 0 L − log((α+1)/α) is −log h_y + Σ_{i≠y} log h_i/(K−1), and no bound is left
 */
public record RobustLogLoss(double alpha) implements Loss {
  /** α where none is given: the value in the authors' training script. */
  public static final double DEFAULT_ALPHA = 0.1;

  static final LossParameter ALPHA =
      LossParameter.number("alpha", DEFAULT_ALPHA, Interval.POSITIVE, "α, added to probabilities");

  static final LossKind KIND =
      new LossKind(
          "rll",
          new LossKind.Definition(
              "Robust log loss",
              "log((α+1)/α) − log(α + h_y) + Σ_{i≠y} log(α + h_i) / (K−1)",
              "0 to log((α+1)/α) + log(1 + 1/(α(K−1)))",
              "Patel and Sastry 2021 (Memorization in deep neural networks), section 2",
              List.of(
                  "α → ∞: α·L is K/(K−1) times mae/2.",
                  "α → 0: L − log((α+1)/α) is −log h_y + Σ_{i≠y} log h_i / (K−1).",
                  "At a uniform softmax the gradient at the labelled logit is −1/(1 + αK): keep αK"
                      + " near 1.",
                  "The paper does not state α; the authors' class defaults to 0.01, their script to"
                      + " 0.1.")),
          List.of(ALPHA),
          "rll",
          arguments -> new RobustLogLoss(arguments.number(ALPHA)));

  public RobustLogLoss {
    ALPHA.checked("rll", alpha);
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    double others = logits.size(1) - 1.0;
    Tensor logs = Probabilities.of(logits).add(number(alpha)).log();
    Tensor atLabel = Probabilities.atLabel(logs, labels);
    return Probabilities.sum(logs)
        .div(number(others))
        .sub(atLabel.mul(number(1 + 1 / others)))
        .add(number(offset()));
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    double others = logits.size(1) - 1.0;
    Tensor logs = Probabilities.of(logits).add(number(alpha)).log();
    return Probabilities.sum(logs)
        .div(number(others))
        .unsqueeze(1)
        .sub(logs.mul(number(1 + 1 / others)))
        .add(number(offset()));
  }

  @Override
  public Tensor sumOverLabels(Tensor logits) {
    double classes = logits.size(1);
    return Probabilities.sum(Probabilities.of(logits))
        .mul(number(0))
        .add(number(classes * offset()));
  }

  /** Returns log((α+1)/α). */
  private double offset() {
    return Math.log1p(1 / alpha);
  }

  @Override
  public boolean bounded() {
    return true;
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(alpha);
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return OptionalDouble.of(classes * offset());
  }
}

package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Robust log loss, L(h,y) = log((α+1)/α) − log(α+h_y) + Σ_{i≠y} log(α+h_i)/(K−1) (Patel and Sastry
 * 2021, section 2; from Kumar and Sastry 2018, "Robust loss functions for learning multi-class
 * classifiers"). Bounded; symmetric with C = K·log((α+1)/α).
 *
 * <p>At a uniform softmax the gradient is −1/(1+αK) in the labelled logit: a small α pulls like
 * cross-entropy, a large one like the absolute error. The paper names no α; its authors' class
 * defaults to 0.01, the script that calls it to 0.1.
 *
 * @param alpha α, positive and finite
 */
public record RobustLogLoss(double alpha) implements BoundedLoss {
  /** α where none is given: the value in the authors' training script. */
  public static final double DEFAULT_ALPHA = 0.1;

  public RobustLogLoss {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new InputException("rll: alpha " + alpha + " is outside (0, inf)");
    }
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
  public Tensor sumOverLabels(Tensor logits) {
    double classes = logits.size(1);
    return Probabilities.sum(Probabilities.of(logits))
        .mul(number(0))
        .add(number(classes * offset()));
  }

  /** log((α+1)/α). */
  private double offset() {
    return Math.log1p(1 / alpha);
  }

  @Override
  public String spec() {
    return "rll(alpha=" + Term.format(alpha) + ")";
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return OptionalDouble.of(classes * offset());
  }
}

package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Generalized cross-entropy, L(h,y) = (1 − h_y^q)/q (Zhang and Sabuncu 2018, "Generalized cross
 * entropy loss for training deep neural networks with noisy labels", eq. 6). Between 0 and 1/q;
 * symmetric for q = 1 only. {@code [N,K]} logits and {@code [N]} labels to {@code [N]} values.
 *
 * @param q in (0, 1]; towards 0 it is cross-entropy, at 1 half the absolute error, 1 − h_y
 */
public record GeneralizedCrossEntropy(double q) implements LabelProbabilityLoss {
  static final Interval RANGE = new Interval(0, false, 1, true);

  static final LossParameter Q =
      LossParameter.number("q", 0.7, RANGE, "from cross-entropy (0) to absolute error (1)");

  static final LossKind KIND =
      new LossKind(
          "gce",
          new LossKind.Definition(
              "Generalized cross-entropy",
              "(1 − h_y^q) / q",
              "0 to 1/q",
              "Zhang and Sabuncu 2018 (Generalized cross entropy loss), eq. 6",
              List.of("q → 0 is cce.", "q = 1 is mae/2, and symmetric with C = K − 1.")),
          List.of(Q),
          "gce",
          arguments -> new GeneralizedCrossEntropy(arguments.number(Q)));

  public GeneralizedCrossEntropy {
    Q.checked("gce", q);
  }

  @Override
  public Tensor at(Tensor logProbabilities) {
    return logProbabilities.mul(number(q)).expm1().mul(number(-1 / q));
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(q);
  }

  @Override
  public boolean bounded() {
    return true;
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return q == 1 ? OptionalDouble.of(classes - 1) : OptionalDouble.empty();
  }

  @Override
  public Loss normalized() {
    return new NormalizedLoss(this, NormalizedLoss.NGCE.spec(q));
  }
}

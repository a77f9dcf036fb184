package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Truncated generalized cross-entropy: (1 − h_y^q)/q where h_y > k, else the constant (1 − k^q)/q
 * (Zhang and Sabuncu 2018, "Generalized cross entropy loss for training deep neural networks with
 * noisy labels", section 3.3). Between 0 and (1 − k^q)/q; samples below k have no gradient at all,
 * so that training begins with another loss or a small k. Symmetric for k = 0, q = 1 only. {@code
 * [N,K]} logits and {@code [N]} labels to {@code [N]} values.
 *
 * @param q in (0, 1], as in {@link GeneralizedCrossEntropy}
 * @param k in [0, 1); at 0 nothing is truncated; towards 1 nothing is learned
 */
public record TruncatedCrossEntropy(double q, double k) implements LabelProbabilityLoss {
  static final LossParameter Q =
      LossParameter.number("q", 0.7, GeneralizedCrossEntropy.RANGE, "as in gce");
  static final LossParameter K =
      LossParameter.number(
          "k",
          0.5,
          new Interval(0, true, 1, false),
          "probability up to which the loss is constant");

  static final LossKind KIND =
      new LossKind(
          "truncated-gce",
          new LossKind.Definition(
              "Truncated generalized cross-entropy",
              "(1 − max(h_y, k)^q) / q",
              "0 to (1 − k^q)/q",
              "Zhang and Sabuncu 2018 (Generalized cross entropy loss), section 3.3",
              List.of(
                  "k = 0 is gce.",
                  "A sample with h_y ≤ k has no gradient: with 1/K < k nothing is learned from a"
                      + " uniform start.",
                  "The paper selects the samples above the threshold every few epochs and trains on"
                      + " these; here the loss decides at every step.")),
          List.of(Q, K),
          "truncated-gce",
          arguments -> new TruncatedCrossEntropy(arguments.number(Q), arguments.number(K)));

  public TruncatedCrossEntropy {
    Q.checked("truncated-gce", q);
    K.checked("truncated-gce", k);
  }

  @Override
  public Tensor at(Tensor logProbabilities) {
    double least = Math.log(k);
    Tensor kept =
        k == 0
            ? logProbabilities
            // not clamp_min, which has a gradient at the bound
            : logProbabilities.masked_fill(logProbabilities.le(number(least)), number(least));
    return new GeneralizedCrossEntropy(q).at(kept);
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(q, k);
  }

  @Override
  public boolean bounded() {
    return true;
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return q == 1 && k == 0 ? OptionalDouble.of(classes - 1) : OptionalDouble.empty();
  }
}

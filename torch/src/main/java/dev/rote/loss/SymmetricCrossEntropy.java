package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Symmetric cross-entropy, α·cce + β·rce (Wang et al. 2019, "Symmetric cross entropy for robust
 * learning with noisy labels", section 3): −α log h_y − βA(1 − h_y). From 0 without bound; in spite
 * of its name not symmetric in the sense of Σ_j L(h,j) = C. {@code [N,K]} logits and {@code [N]}
 * labels to {@code [N]} values.
 *
 * @param alpha α > 0, weight of cross-entropy; towards 0 only the symmetric part is left
 * @param beta β > 0, weight of reverse cross-entropy; towards 0 only cross-entropy is left
 * @param a A below 0, as in {@link ReverseCrossEntropy}
 */
public record SymmetricCrossEntropy(double alpha, double beta, double a)
    implements LabelProbabilityLoss {
  static final LossParameter ALPHA =
      LossParameter.number("alpha", 0.1, Interval.POSITIVE, "weight of cce");
  static final LossParameter BETA =
      LossParameter.number("beta", 1, Interval.POSITIVE, "weight of rce");

  static final LossKind KIND =
      new LossKind(
          "sce",
          new LossKind.Definition(
              "Symmetric cross-entropy",
              "−α · log h_y − β·A · (1 − h_y)",
              "0 to ∞",
              "Wang et al. 2019 (Symmetric cross entropy), section 3",
              List.of(
                  "Equals the sum α*cce + β*rce: α → 0 is β*rce, β → 0 is α*cce.",
                  "Not symmetric in the sense of a constant sum over labels: the name refers to the"
                      + " two directions of cross-entropy.",
                  "The default A is that of the paper; the released code uses another, see rce.")),
          List.of(ALPHA, BETA, ReverseCrossEntropy.A),
          "sce",
          arguments ->
              new SymmetricCrossEntropy(
                  arguments.number(ALPHA),
                  arguments.number(BETA),
                  arguments.number(ReverseCrossEntropy.A)));

  public SymmetricCrossEntropy {
    ALPHA.checked("sce", alpha);
    BETA.checked("sce", beta);
    ReverseCrossEntropy.A.checked("sce", a);
  }

  @Override
  public Tensor at(Tensor logProbabilities) {
    return logProbabilities.expm1().mul(number(beta * a)).sub(logProbabilities, number(alpha));
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(alpha, beta, a);
  }
}

package dev.rote.loss;

import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * Backward correction, Σ_j (T⁻¹)_yj L(h,j): an unbiased estimate, from the observed label, of the
 * loss at the original one (Patrini et al. 2017, "Making deep neural networks robust to label
 * noise: a loss correction approach", theorem 1). Σ_y T_iy times it is L(h,i). Can be negative, and
 * without lower bound where the inner loss has no upper one.
 *
 * <p>Bounded where the inner loss is; symmetric where the inner loss is and the columns of T sum to
 * 1 as its rows do. At T = I it is the inner loss; a T without an inverse is refused, and near one
 * gradients grow without bound.
 *
 * <p>{@code [N,K]} logits and {@code [N]} labels to {@code [N]} values.
 */
public final class BackwardCorrection implements Loss {
  private static final double ROUNDING = 1e-9;

  static final LossParameter INNER = LossParameter.other("loss", "", "loss to correct");

  static final LossKind KIND =
      new LossKind(
          "backward",
          new LossKind.Definition(
              "Backward correction by a transition matrix",
              "Σ_j (T⁻¹)_yj · inner(h,j), T_ij = P(y = j | original label i)",
              "bounded where the inner loss is; may be negative",
              "Patrini et al. 2017 (Making deep neural networks robust to label noise), theorem 1",
              List.of(
                  "T = I is the inner loss.",
                  "T needs an inverse: symmetric(η) has none at η = (K − 1)/K. Near that rate"
                      + " gradients grow without bound.")),
          List.of(INNER, TransitionMatrix.NOISE, TransitionMatrix.FILE),
          "backward(cce, symmetric(0.4))",
          arguments ->
              new BackwardCorrection(arguments.loss(INNER), TransitionMatrix.read(arguments)));

  private final Loss inner;
  private final TransitionMatrix transition;

  BackwardCorrection(Loss inner, TransitionMatrix transition) {
    this.inner = inner;
    this.transition = transition;
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    Tensor rows = weights(logits).index_select(0, labels);
    return Probabilities.sum(rows.mul(inner.perLabel(logits)));
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    return inner.perLabel(logits).matmul(weights(logits).t());
  }

  private Tensor weights(Tensor logits) {
    return transition.inverse(logits).to(logits.scalar_type());
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(inner.spec(), transition.spec());
  }

  @Override
  public String fingerprint() {
    return KIND.text(inner.fingerprint(), transition.fingerprint());
  }

  @Override
  public boolean bounded() {
    return inner.bounded();
  }

  @Override
  public void requireClasses(int classes) {
    transition.inverseEntries(classes);
    inner.requireClasses(classes);
  }

  /** Returns C of the inner loss if the columns of T⁻¹ sum to 1, as its rows do. */
  @Override
  public OptionalDouble symmetryConstant(int classes) {
    double[][] inverse = transition.inverseEntries(classes);
    for (int j = 0; j < classes; j++) {
      double sum = 0;
      for (double[] row : inverse) {
        sum += row[j];
      }
      if (Math.abs(sum - 1) > ROUNDING) {
        return OptionalDouble.empty();
      }
    }
    return inner.symmetryConstant(classes);
  }

  @Override
  public Loss normalized() {
    throw new InputException("backward can be negative, so it cannot be normalized");
  }
}

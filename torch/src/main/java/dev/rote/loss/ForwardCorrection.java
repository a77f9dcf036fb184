package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Forward correction, L(Tᵀh, y): the loss of the probabilities that observed labels would have, if
 * h were those of the original ones (Patrini et al. 2017, "Making deep neural networks robust to
 * label noise: a loss correction approach", theorem 2). With the true T the minimum over h of the
 * expected loss on noisy labels is the one on clean labels, for a proper loss such as {@code cce}.
 *
 * <p>Bounded where the inner loss is, and for symmetric and uniform noise; symmetric where the
 * inner loss is. At T = I it is the inner loss; where all rows of T are equal it does not depend on
 * h, so that nothing is learned. Tᵀh is computed in float64. {@code [N,K]} logits and {@code [N]}
 * labels to {@code [N]} values.
 */
public final class ForwardCorrection implements Loss {
  /** Keeps log Tᵀh finite where all of it has underflowed, beyond logits of ±345. */
  private static final double TINY = 1e-300;

  static final LossParameter INNER = LossParameter.other("loss", "", "loss to correct");

  static final LossKind KIND =
      new LossKind(
          "forward",
          new LossKind.Definition(
              "Forward correction by a transition matrix",
              "inner(Tᵀh, y), T_ij = P(y = j | original label i)",
              "those of the inner loss; where T has no zero, bounded for cce too",
              "Patrini et al. 2017 (Making deep neural networks robust to label noise), theorem 2",
              List.of(
                  "T = I is the inner loss.",
                  "Where all rows of T are equal, as for symmetric(η) at η = (K − 1)/K, the loss"
                      + " does not depend on h, and nothing is learned.",
                  "T must be known or estimated beforehand.")),
          List.of(INNER, TransitionMatrix.NOISE, TransitionMatrix.FILE),
          "forward(cce, symmetric(0.4))",
          arguments ->
              new ForwardCorrection(arguments.loss(INNER), TransitionMatrix.read(arguments)));

  private final Loss inner;
  private final TransitionMatrix transition;

  ForwardCorrection(Loss inner, TransitionMatrix transition) {
    this.inner = inner;
    this.transition = transition;
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    return inner.perSample(observed(logits), labels);
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    return inner.perLabel(observed(logits));
  }

  /** Returns log Tᵀh, which are also logits of Tᵀh. */
  private Tensor observed(Tensor logits) {
    Tensor h = logits.to(ScalarType.Double).softmax(1);
    return h.matmul(transition.matrix(logits)).add(number(TINY)).log().to(logits.scalar_type());
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
    return inner.bounded() || transition.mixesAllClasses();
  }

  @Override
  public void requireClasses(int classes) {
    transition.entries(classes);
    inner.requireClasses(classes);
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return inner.symmetryConstant(classes);
  }
}

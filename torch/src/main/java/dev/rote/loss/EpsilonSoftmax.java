package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * A loss of the ε-softmax h′: m is added to the largest entry of h, and the sum divided by m + 1
 * (Wang et al. 2024, "ε-Softmax: approximating one-hot vectors for mitigating label noise"). The
 * result is within ε = √(1 − 1/K)/(m + 1) of a one-hot vector (eq. 3.1). Bounded or symmetric where
 * the inner loss is. {@code [N,K]} logits and {@code [N]} labels to {@code [N]} values.
 *
 * @param inner the loss of h′
 * @param m m ≥ 0; at 0 the loss is the inner one; towards infinity h is one-hot and gradients are
 *     left only where the largest entry is not the label's
 */
public record EpsilonSoftmax(Loss inner, double m) implements Loss {
  static final LossParameter INNER = LossParameter.other("loss", "cce", "loss of the ε-softmax");
  static final LossParameter M =
      LossParameter.number("m", 1e5, Interval.NOT_NEGATIVE, "added to the largest probability");

  static final LossKind KIND =
      new LossKind(
          "epsilon-softmax",
          new LossKind.Definition(
              "A loss of the ε-softmax",
              "inner(h′, y), h′_i = (h_i + m·[i = argmax h]) / (m + 1)",
              "those of the inner loss",
              "Wang et al. 2024 (ε-Softmax: approximating one-hot vectors for mitigating label"
                  + " noise), section 1, steps 1 to 3",
              List.of(
                  "m = 0 is the inner loss.",
                  "m → ∞, for cce: 0 where the label leads, else cce + log(m + 1), with the"
                      + " gradient of cce.",
                  "The paper's loss for CIFAR-10 with symmetric noise is the sum"
                      + " 0.01*epsilon-softmax(cce, m=100000) + 5*mae.",
                  "The released code clamps probabilities at 1e-8, which stops gradients there;"
                      + " Rote does not.")),
          List.of(INNER, M),
          "epsilon-softmax",
          arguments -> new EpsilonSoftmax(arguments.loss(INNER), arguments.number(M)));

  public EpsilonSoftmax {
    M.checked("epsilon-softmax", m);
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    return inner.perSample(adjusted(logits), labels);
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    return inner.perLabel(adjusted(logits));
  }

  /** Returns log h′, which are also logits of h′. */
  private Tensor adjusted(Tensor logits) {
    if (m == 0) {
      return logits;
    }
    Tensor logs = logits.log_softmax(1);
    Tensor largest = logs.detach().argmax(new LongOptional(1), true);
    Tensor raised = logs.gather(1, largest).expm1().div(number(m + 1)).log1p();
    return logs.sub(number(Math.log1p(m))).scatter(1, largest, raised);
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(inner.spec(), m);
  }

  @Override
  public String fingerprint() {
    return KIND.text(inner.fingerprint(), m);
  }

  @Override
  public boolean bounded() {
    return inner.bounded();
  }

  @Override
  public void requireClasses(int classes) {
    inner.requireClasses(classes);
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return inner.symmetryConstant(classes);
  }
}

package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * A loss of logits to which a bias was added at the label, L(z + b·e_y, y) (Staats et al. 2023,
 * "Enhancing noise-robust losses for large-scale noisy data learning"). Lifts the labelled class
 * out of the flat region in which a robust loss such as the absolute error does not learn where
 * there are many classes. Bounded where the inner loss is; for b ≠ 0 not symmetric. {@code [N,K]}
 * logits and {@code [N]} labels to {@code [N]} values.
 *
 * @param inner the loss of the biased logits
 * @param bias b, finite; empty: log((K − 1)/9), with which the labelled class starts at the
 *     probability 0.1 that it has among 10 classes. At 0 the loss is the inner one; towards ∞ it is
 *     the inner loss at h_y = 1, towards −∞ that at h_y = 0, and a bounded loss learns nothing
 */
public record LogitBias(Loss inner, OptionalDouble bias) implements Loss {
  /**
   * Largest bias of a normalized loss: beyond it, where classes are equally likely, 1 − h_y of
   * every label is too small for float32.
   */
  private static final double LARGEST_NORMALIZED = 10;

  /** Number of classes at which the default bias is 0. */
  private static final double CLASSES_WITHOUT_BIAS = 10;

  static final LossParameter INNER =
      LossParameter.other("loss", "mae", "loss of the biased logits");
  static final LossParameter BIAS =
      new LossParameter(
          "bias",
          "log((K−1)/9)",
          Optional.of(
              new Interval(Double.NEGATIVE_INFINITY, false, Double.POSITIVE_INFINITY, false)),
          false,
          "b, added to the labelled logit");

  static final LossKind KIND =
      new LossKind(
          "logit-bias",
          new LossKind.Definition(
              "A loss with a bias at the labelled logit",
              "inner(softmax(z + b·e_y), y)",
              "those of the inner loss",
              "Staats et al. 2023 (Enhancing noise-robust losses for large-scale noisy data"
                  + " learning)",
              List.of(
                  "b = 0 is the inner loss.",
                  "b → ∞ is the inner loss at h_y = 1, b → −∞ the inner loss at h_y = 0: a bounded"
                      + " loss learns nothing at either end.",
                  "The default b is Rote's choice: the labelled class starts at probability 0.1 for"
                      + " every K, so nothing changes for K = 10.")),
          List.of(INNER, BIAS),
          "logit-bias",
          arguments ->
              new LogitBias(
                  arguments.loss(INNER),
                  arguments
                      .given(BIAS)
                      .map(term -> OptionalDouble.of(arguments.checked(BIAS, term)))
                      .orElse(OptionalDouble.empty())));

  public LogitBias {
    bias.ifPresent(value -> BIAS.checked("logit-bias", value));
  }

  private double biasFor(long classes) {
    return bias.orElse(Math.log((classes - 1) / (CLASSES_WITHOUT_BIAS - 1)));
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    Tensor at = labels.unsqueeze(1);
    Tensor raised = logits.gather(1, at).add(number(biasFor(logits.size(1))));
    return inner.perSample(logits.scatter(1, at, raised), labels);
  }

  @Override
  public LossSpec spec() {
    return bias.isPresent() ? KIND.spec(inner.spec(), bias.getAsDouble()) : KIND.spec(inner.spec());
  }

  @Override
  public String fingerprint() {
    return bias.isPresent()
        ? KIND.text(inner.fingerprint(), bias.getAsDouble())
        : KIND.text(inner.fingerprint());
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
    return biasFor(classes) == 0 ? inner.symmetryConstant(classes) : OptionalDouble.empty();
  }

  @Override
  public Loss normalized() {
    if (bias.orElse(0) > LARGEST_NORMALIZED) {
      throw new InputException(
          "logit-bias cannot be normalized with a bias above 10; use a smaller one");
    }
    return Loss.super.normalized();
  }
}

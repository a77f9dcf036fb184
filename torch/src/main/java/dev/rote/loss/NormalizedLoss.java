package dev.rote.loss;

import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;

/**
 * A loss divided by its sum over all labels, L̄(h,y) = L(h,y) / Σ_s L(h,s) (Ma et al. 2020,
 * "Normalized loss functions for deep learning with noisy labels"; Patel and Sastry 2021, eq. 3).
 * Between 0 and 1; symmetric with C = 1. Patel and Sastry normalize bounded losses; Ma et al. also
 * cross-entropy and focal loss, whose sums are finite for finite logits, as {@code nce} and {@code
 * nfl}. Another unbounded loss is refused. {@code [N,K]} logits and {@code [N]} labels to {@code
 * [N]} values.
 *
 * @param inner the loss that is normalized; nowhere negative
 */
public record NormalizedLoss(Loss inner) implements Loss {
  static final LossParameter INNER = LossParameter.other("loss", "", "a bounded loss");
  static final LossParameter GAMMA =
      LossParameter.number("gamma", 0.5, FocalLoss.RANGE, "γ, as in focal");

  /**
   * Beyond it, 1 − h_y of every label is too small for float32 where classes are equally likely.
   */
  private static final double LARGEST_BIAS = 10;

  private static final String MA =
      "Ma et al. 2020 (Normalized loss functions for deep learning with noisy labels)";

  static final LossKind KIND =
      new LossKind(
          "normalized",
          "Any bounded loss, normalized",
          "inner(h,y) / Σ_j inner(h,j)",
          "Patel and Sastry 2021 (Memorization in deep neural networks), eq. 3",
          List.of(INNER),
          "0 to 1",
          List.of(
              "A factor of the inner loss does not count: normalized(rce) is nrce, and the same as normalized(mae), for every A.",
              "For mse the sum over labels is K‖h‖² + K − 2."),
          "normalized(mse)",
          NormalizedLoss::read);

  static final LossKind NCE =
      new LossKind(
          "nce",
          "Normalized cross-entropy",
          "log h_y / Σ log h_j",
          MA,
          List.of(),
          "0 to 1",
          List.of(
              "Robust, but learns little on its own; its use is in sums such as nce + rce or nce + mae."),
          "nce",
          arguments -> new NormalizedLoss(new CategoricalCrossEntropy()));

  static final LossKind NFL =
      new LossKind(
          "nfl",
          "Normalized focal loss",
          "(1 − h_y)^γ·log h_y / Σ (1 − h_j)^γ·log h_j",
          MA,
          List.of(GAMMA),
          "0 to 1",
          List.of(
              "γ = 0 is nce.",
              "γ → ∞ is 1 where the label is the least likely class, else 0.",
              "The released code takes the powers as constants when it differentiates; Rote differentiates all of the formula."),
          "nfl",
          arguments -> new NormalizedLoss(new FocalLoss(arguments.number(GAMMA))));

  static final LossKind NGCE =
      new LossKind(
          "ngce",
          "Normalized generalized cross-entropy",
          "(1 − h_y^q) / (K − Σ h_j^q)",
          MA,
          List.of(GeneralizedCrossEntropy.Q),
          "0 to 1",
          List.of("q → 0 is nce.", "q = 1 is nrce."),
          "ngce",
          arguments ->
              new NormalizedLoss(
                  new GeneralizedCrossEntropy(arguments.number(GeneralizedCrossEntropy.Q))));

  static final LossKind NRCE =
      new LossKind(
          "nrce",
          "Normalized reverse cross-entropy",
          "(1 − h_y) / (K − 1)",
          MA,
          List.of(),
          "0 to 1/(K − 1)",
          List.of("The same as mae/(2(K − 1)), whatever A is in rce."),
          "nrce",
          arguments -> new NormalizedLoss(new ReverseCrossEntropy(ReverseCrossEntropy.DEFAULT_A)));

  public NormalizedLoss {
    if (!inner.bounded()
        && !(inner instanceof CategoricalCrossEntropy)
        && !(inner instanceof FocalLoss)) {
      throw new InputException(
          "normalized(" + inner.spec() + "): " + inner.spec() + " is not bounded");
    }
    if (inner instanceof BackwardCorrection) {
      throw new InputException(
          "normalized(" + inner.spec() + "): backward can be negative, so its sum means nothing");
    }
    if (inner instanceof LogitBias biased && biased.bias().orElse(0) > LARGEST_BIAS) {
      throw new InputException(
          "normalized("
              + inner.spec()
              + "): a bias above 10 leaves nothing to divide by; take a smaller one");
    }
    if (inner instanceof ReverseCrossEntropy) {
      inner = new ReverseCrossEntropy(ReverseCrossEntropy.DEFAULT_A); // A cancels
    }
  }

  private static Loss read(Arguments arguments) {
    Loss inner = arguments.loss(INNER);
    if (!inner.bounded()) {
      String published =
          inner instanceof CategoricalCrossEntropy
              ? "; for the normalization of Ma et al. write nce"
              : inner instanceof FocalLoss focal
                  ? "; for the normalization of Ma et al. write nfl(gamma="
                      + Term.format(focal.gamma())
                      + ")"
                  : "; bounded are mse, mae, rll, gce, …";
      throw arguments.error(
          "normalized(" + inner.spec() + "): " + inner.spec() + " is not bounded" + published);
    }
    return new NormalizedLoss(inner);
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    if (inner instanceof LabelProbabilityLoss) {
      Tensor values = inner.perLabel(logits);
      return Probabilities.atLabel(values, labels).div(Probabilities.sum(values));
    }
    return inner.perSample(logits, labels).div(inner.sumOverLabels(logits));
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    return inner.perLabel(logits).div(inner.sumOverLabels(logits).unsqueeze(1));
  }

  @Override
  public String spec() {
    if (inner instanceof CategoricalCrossEntropy) {
      return "nce";
    }
    if (inner instanceof FocalLoss focal) {
      return "nfl(gamma=" + Term.format(focal.gamma()) + ")";
    }
    if (inner instanceof GeneralizedCrossEntropy gce) {
      return "ngce(q=" + Term.format(gce.q()) + ")";
    }
    return inner instanceof ReverseCrossEntropy ? "nrce" : "normalized(" + inner.spec() + ")";
  }

  @Override
  public String fingerprint() {
    return inner.fingerprint().equals(inner.spec())
        ? spec()
        : "normalized(" + inner.fingerprint() + ")";
  }

  @Override
  public boolean bounded() {
    return true;
  }

  @Override
  public void requireClasses(int classes) {
    inner.requireClasses(classes);
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    return OptionalDouble.of(1);
  }
}

package dev.rote.loss;

import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
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
 * @param spec {@code nce} or {@code normalized(mse)}
 */
record NormalizedLoss(Loss inner, LossSpec spec) implements Loss {
  static final LossParameter INNER = LossParameter.other("loss", "", "a bounded loss");
  static final LossParameter GAMMA =
      LossParameter.number("gamma", 0.5, FocalLoss.RANGE, "γ, as in focal");

  private static final String MA =
      "Ma et al. 2020 (Normalized loss functions for deep learning with noisy labels)";

  static final LossKind KIND =
      new LossKind(
          "normalized",
          new LossKind.Definition(
              "Any bounded loss, normalized",
              "inner(h,y) / Σ_j inner(h,j)",
              "0 to 1",
              "Patel and Sastry 2021 (Memorization in deep neural networks), eq. 3",
              List.of(
                  "A factor of the inner loss cancels: normalized(rce) is nrce, which equals"
                      + " normalized(mae), for every A.",
                  "For mse the sum over labels is K‖h‖² + K − 2.")),
          List.of(INNER),
          "normalized(mse)",
          NormalizedLoss::read);

  static final LossKind NCE =
      new LossKind(
          "nce",
          new LossKind.Definition(
              "Normalized cross-entropy",
              "log h_y / Σ log h_j",
              "0 to 1",
              MA,
              List.of(
                  "Robust, but underfits alone: use it in sums such as nce + rce or nce + mae.")),
          List.of(),
          "nce",
          arguments -> new NormalizedLoss(new CategoricalCrossEntropy(), LossSpec.parse("nce")));

  static final LossKind NFL =
      new LossKind(
          "nfl",
          new LossKind.Definition(
              "Normalized focal loss",
              "(1 − h_y)^γ·log h_y / Σ (1 − h_j)^γ·log h_j",
              "0 to 1",
              MA,
              List.of(
                  "γ = 0 is nce.",
                  "γ → ∞ is 1 where the label is the least likely class, else 0.",
                  "The released code treats the powers as constants in the gradient; Rote"
                      + " differentiates the whole formula.")),
          List.of(GAMMA),
          "nfl",
          NormalizedLoss::readFocal);

  static final LossKind NGCE =
      new LossKind(
          "ngce",
          new LossKind.Definition(
              "Normalized generalized cross-entropy",
              "(1 − h_y^q) / (K − Σ h_j^q)",
              "0 to 1",
              MA,
              List.of("q → 0 is nce.", "q = 1 is nrce.")),
          List.of(GeneralizedCrossEntropy.Q),
          "ngce",
          arguments ->
              new GeneralizedCrossEntropy(arguments.number(GeneralizedCrossEntropy.Q))
                  .normalized());

  static final LossKind NRCE =
      new LossKind(
          "nrce",
          new LossKind.Definition(
              "Normalized reverse cross-entropy",
              "(1 − h_y) / (K − 1)",
              "0 to 1/(K − 1)",
              MA,
              List.of("Equals mae/(2(K − 1)) for every A of rce.")),
          List.of(),
          "nrce",
          arguments -> new ReverseCrossEntropy(ReverseCrossEntropy.DEFAULT_A).normalized());

  private static Loss readFocal(Arguments arguments) {
    FocalLoss focal = new FocalLoss(arguments.number(GAMMA));
    return new NormalizedLoss(focal, NFL.spec(focal.gamma()));
  }

  private static Loss read(Arguments arguments) {
    Loss inner = arguments.loss(INNER);
    try {
      return inner.normalized();
    } catch (InputException e) {
      throw arguments.error("normalized(" + inner.spec() + "): " + e.getMessage());
    }
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    return inner.shareOfSum(logits, labels);
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    return inner.perLabel(logits).div(inner.sumOverLabels(logits).unsqueeze(1));
  }

  @Override
  public String fingerprint() {
    return inner.fingerprint().equals(inner.spec().toString())
        ? spec.toString()
        : KIND.text(inner.fingerprint());
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

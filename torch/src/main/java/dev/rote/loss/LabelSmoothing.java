package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Cross-entropy against the label mixed with the uniform distribution, L(h,y) = −(1 − ε) log h_y −
 * (ε/K) Σ_i log h_i (Szegedy et al. 2016, "Rethinking the Inception architecture for computer
 * vision", section 7). Without upper bound; its smallest value is above 0 for ε > 0; not symmetric.
 * {@code [N,K]} logits and {@code [N]} labels to {@code [N]} values.
 *
 * @param epsilon ε in [0, 1]; at 0 the loss is cross-entropy, at 1 the label does not count
 */
public record LabelSmoothing(double epsilon) implements Loss {
  static final LossParameter EPSILON =
      LossParameter.number(
          "epsilon", 0.1, new Interval(0, true, 1, true), "ε, share of the uniform distribution");

  static final LossKind KIND =
      new LossKind(
          "label-smoothing",
          new LossKind.Definition(
              "Cross-entropy with label smoothing",
              "−(1 − ε) · log h_y − (ε/K) · Σ log h_i",
              "above 0, to ∞",
              "Szegedy et al. 2016 (Rethinking the Inception architecture), section 7",
              List.of("ε = 0 is cce.", "ε = 1 does not depend on the label.")),
          List.of(EPSILON),
          "label-smoothing",
          arguments -> new LabelSmoothing(arguments.number(EPSILON)));

  public LabelSmoothing {
    EPSILON.checked("label-smoothing", epsilon);
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    Tensor logs = logits.log_softmax(1);
    return Probabilities.sum(logs)
        .mul(number(-epsilon / logits.size(1)))
        .sub(Probabilities.atLabel(logs, labels), number(1 - epsilon));
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    Tensor logs = logits.log_softmax(1);
    return Probabilities.sum(logs)
        .mul(number(-epsilon / logits.size(1)))
        .unsqueeze(1)
        .sub(logs, number(1 - epsilon));
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(epsilon);
  }
}

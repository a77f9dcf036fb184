package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Focal loss, L(h,y) = −(1 − h_y)^γ log h_y (Lin et al. 2017, "Focal loss for dense object
 * detection", eq. 4, without class weights). From 0 without bound; not symmetric. {@code [N,K]}
 * logits and {@code [N]} labels to {@code [N]} values.
 *
 * @param gamma γ in [0, 100]; at 0 it is cross-entropy, and a larger γ gives less weight to samples
 *     that are already classified well; towards infinity only samples with h_y = 0 have any
 */
public record FocalLoss(double gamma) implements LabelProbabilityLoss {
  /** Beyond 100 powers of probabilities underflow. */
  static final Interval RANGE = new Interval(0, true, 100, true);

  static final LossParameter GAMMA =
      LossParameter.number(
          "gamma", 2, RANGE, "γ, a larger one gives less weight to well-classified samples");

  static final LossKind KIND =
      new LossKind(
          "focal",
          new LossKind.Definition(
              "Focal loss",
              "−(1 − h_y)^γ · log h_y",
              "0 to ∞",
              "Lin et al. 2017 (Focal loss for dense object detection), eq. 4",
              List.of(
                  "γ = 0 is cce.",
                  "γ → ∞ is 0 wherever h_y > 0, so that only samples with h_y near 0 have weight.",
                  "The code released with the robust-loss benchmarks treats (1 − h_y)^γ as a"
                      + " constant in the gradient; Rote differentiates the whole formula.")),
          List.of(GAMMA),
          "focal",
          arguments -> new FocalLoss(arguments.number(GAMMA)));

  /**
   * Stands for 1 − h where h has rounded to 1, since the derivative of a power has no value at 0.
   */
  private static final double SMALLEST = Float.MIN_NORMAL;

  public FocalLoss {
    GAMMA.checked("focal", gamma);
  }

  @Override
  public Tensor at(Tensor logProbabilities) {
    if (gamma == 0) {
      return logProbabilities.neg();
    }
    Tensor rest = Probabilities.complement(logProbabilities).clamp_min(number(SMALLEST));
    return rest.pow(number(gamma)).mul(logProbabilities).neg();
  }

  @Override
  public LossSpec spec() {
    return KIND.spec(gamma);
  }

  @Override
  public Loss normalized() {
    throw new InputException(
        spec()
            + " is not bounded; for the normalization of Ma et al. write "
            + "nfl(gamma="
            + Term.format(gamma)
            + ")");
  }
}

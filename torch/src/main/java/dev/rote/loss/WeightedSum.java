package dev.rote.loss;

import static dev.rote.loss.Probabilities.number;

import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/**
 * Losses added with weights, as in {@code nce + 10*rce}: the active–passive pairs of Ma et al. 2020
 * ("Normalized loss functions for deep learning with noisy labels") and similar sums. Bounded if
 * all parts are, symmetric if all are. {@code [N,K]} logits and {@code [N]} labels to {@code [N]}
 * values.
 *
 * @param parts one or more
 */
public record WeightedSum(List<Part> parts) implements Loss {
  static final LossParameter WEIGHT =
      LossParameter.number("weight", 1, Interval.POSITIVE, "factor of a loss in a sum");

  /**
   * A loss with its weight.
   *
   * @param weight positive and finite
   */
  public record Part(double weight, Loss loss) {
    public Part {
      WEIGHT.checked(loss.spec().toString(), weight);
    }

    private Stream<Term.Weighted> terms() {
      return loss.spec().parts().stream()
          .map(part -> new Term.Weighted(weight * part.weight(), part.term()));
    }

    private Tensor times(Tensor values) {
      return weight == 1 ? values : values.mul(number(weight));
    }
  }

  public WeightedSum {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new InputException("a sum of no losses");
    }
  }

  private Tensor sum(Function<Loss, Tensor> values) {
    return parts.stream()
        .map(part -> part.times(values.apply(part.loss)))
        .reduce(Tensor::add)
        .orElseThrow();
  }

  @Override
  public Tensor perSample(Tensor logits, Tensor labels) {
    return sum(loss -> loss.perSample(logits, labels));
  }

  @Override
  public Tensor perLabel(Tensor logits) {
    return sum(loss -> loss.perLabel(logits));
  }

  @Override
  public Tensor sumOverLabels(Tensor logits) {
    return sum(loss -> loss.sumOverLabels(logits));
  }

  @Override
  public LossSpec spec() {
    return new LossSpec(parts.stream().flatMap(Part::terms).toList());
  }

  @Override
  public String fingerprint() {
    return parts.stream()
        .map(
            part ->
                (part.weight == 1 ? "" : Term.format(part.weight) + "*") + part.loss.fingerprint())
        .collect(Collectors.joining(" + "));
  }

  @Override
  public boolean bounded() {
    return parts.stream().allMatch(part -> part.loss.bounded());
  }

  @Override
  public void requireClasses(int classes) {
    parts.forEach(part -> part.loss.requireClasses(classes));
  }

  @Override
  public OptionalDouble symmetryConstant(int classes) {
    double sum = 0;
    for (Part part : parts) {
      OptionalDouble constant = part.loss.symmetryConstant(classes);
      if (constant.isEmpty()) {
        return constant;
      }
      sum += part.weight * constant.getAsDouble();
    }
    return OptionalDouble.of(sum);
  }
}

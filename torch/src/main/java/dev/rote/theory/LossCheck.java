package dev.rote.theory;

import dev.rote.loss.Loss;
import dev.rote.random.RandomStreams;
import dev.rote.study.LossSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.rng.sampling.distribution.SharedStateContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Measures the sums and bounds of a loss in float64 over random and extreme softmax outputs:
 * uniform, one-hot, one class ruled out, and Gaussian logits, each scaled until the softmax
 * underflows. This proves nothing, but the declarations of a loss must agree with it.
 *
 * @param classes K
 * @param outputs number of softmax outputs
 * @param constant mean of Σ_j L(h,j) over the outputs: C of a symmetric loss
 * @param deviation largest distance of a Σ_j L(h,j) from that mean
 * @param lowest smallest loss of any output under any label
 * @param highest largest loss; for an unbounded loss, that of the most extreme logits tried
 * @param bounded whether the largest loss stays finite and stops growing as logits are scaled
 */
public record LossCheck(
    LossSpec loss,
    int classes,
    int outputs,
    double constant,
    double deviation,
    double lowest,
    double highest,
    boolean bounded) {
  /** Logits at each scale; more classes mean fewer outputs, so that a check takes seconds. */
  private static final int LOGITS = 10_000;

  private static final int MOST_CLASSES_SINGLED_OUT = 20;
  private static final double[] SCALES = {0.1, 1, 3, 10, 30, 100, 1e3, 1e4};

  /** Far above the rounding of a sum over K labels, far below any loss that is not symmetric. */
  private static final double ROUNDING = 1e-9;

  /**
   * Growth of the largest loss over the last tenfold scaling up to which it counts as bounded;
   * cross-entropy grows tenfold.
   */
  private static final double GROWTH = 1.1;

  /**
   * Measures a loss.
   *
   * @param classes K, 2 or more
   */
  public static LossCheck of(Loss loss, int classes) {
    double[] patterns = patterns(classes);
    double[] highestAt = new double[SCALES.length];
    double lowest = Double.POSITIVE_INFINITY;
    double[][] sums = new double[SCALES.length][];
    for (int s = 0; s < SCALES.length; s++) {
      double[] logits = patterns.clone();
      for (int i = 0; i < logits.length; i++) {
        logits[i] *= SCALES[s];
      }
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        Tensor tensor = Tensor.create(logits).view(-1, classes);
        sums[s] = new double[logits.length / classes];
        highestAt[s] = Double.NEGATIVE_INFINITY;
        for (int label = 0; label < classes; label++) {
          double[] losses = LabelRisks.losses(loss, tensor, label);
          for (int i = 0; i < losses.length; i++) {
            sums[s][i] += losses[i];
            highestAt[s] = Math.max(highestAt[s], losses[i]);
            lowest = Math.min(lowest, losses[i]);
          }
        }
      }
    }
    double[] all = Arrays.stream(sums).flatMapToDouble(Arrays::stream).toArray();
    double constant = Arrays.stream(all).average().orElseThrow();
    double deviation = Arrays.stream(all).map(sum -> Math.abs(sum - constant)).max().orElseThrow();
    double last = highestAt[SCALES.length - 1];
    double before = highestAt[SCALES.length - 2];
    return new LossCheck(
        loss.spec(),
        classes,
        all.length,
        constant,
        deviation,
        lowest,
        Arrays.stream(highestAt).max().orElseThrow(),
        Math.abs(last) < Double.POSITIVE_INFINITY
            && last <= before + (GROWTH - 1) * Math.abs(before) + ROUNDING);
  }

  /** Returns whether Σ_j L(h,j) is the same for all outputs, but for rounding. */
  public boolean symmetric() {
    return deviation <= ROUNDING * Math.max(1, Math.abs(constant));
  }

  /** Returns the logits of the outputs at scale 1. */
  private static double[] patterns(int classes) {
    int singled = Math.min(classes, MOST_CLASSES_SINGLED_OUT);
    int structured = 1 + 2 * singled;
    int random = Math.max(structured, LOGITS / classes);
    double[] logits = new double[(structured + random) * classes];
    for (int k = 0; k < singled; k++) {
      logits[(1 + k) * classes + k] = 1;
      logits[(1 + singled + k) * classes + k] = -1;
    }
    SharedStateContinuousSampler gaussian =
        ZigguratSampler.NormalizedGaussian.of(RandomStreams.stream(1, "theory"));
    for (int i = structured * classes; i < logits.length; i++) {
      logits[i] = gaussian.sample();
    }
    return logits;
  }

  /**
   * Returns in words how the declarations of a loss contradict the measurement, if they do.
   *
   * @param declared the loss that was measured
   */
  public Optional<String> contradiction(Loss declared) {
    OptionalDouble declaredConstant = declared.symmetryConstant(classes);
    if (declaredConstant.isPresent() != symmetric()) {
      return Optional.of(
          "%s is declared %s, but its sum over %d labels varies by %.3g around %.6g"
              .formatted(
                  loss,
                  declaredConstant.isPresent() ? "symmetric" : "not symmetric",
                  classes,
                  deviation,
                  constant));
    }
    if (symmetric()
        && !(Math.abs(declaredConstant.getAsDouble() - constant)
            <= ROUNDING * Math.max(1, Math.abs(constant)))) {
      return Optional.of(
          "%s is declared to sum to %s over %d labels, but sums to %s"
              .formatted(loss, declaredConstant.getAsDouble(), classes, constant));
    }
    if (declared.bounded() != bounded) {
      return Optional.of(
          "%s is declared %s, but reaches %.6g at extreme outputs"
              .formatted(loss, declared.bounded() ? "bounded" : "unbounded", highest));
    }
    return Optional.empty();
  }
}

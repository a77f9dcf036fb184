package dev.rote.audit;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A model of how observed labels came about. The true class of sample i is k with probability
 *
 * <pre>π_ik ∝ p_ik^β</pre>
 *
 * where p is the held-out prediction and β calibrates it. Who labels goes by the class alone, with
 * the transition matrix T, or by what the image looks like, for a share λ of the samples: then the
 * label is drawn from
 *
 * <pre>s_ij ∝ p_ij^(β·τ)</pre>
 *
 * which is what the network sees, seen less sharply (τ ≤ 1). Label j is observed with probability
 *
 * <pre>P(y_i = j) = (1 − λ)·Σ_k π_ik·T_kj + λ·s_ij</pre>
 *
 * <p>T takes noise that depends on the class, as symmetric and pair noise do, and λ what people
 * mistake where images are alike. Both are fitted by expectation and maximization for β and τ that
 * are given; {@link NoisePosterior} weighs these. Each row of T is drawn towards its diagonal by
 * one pseudo-sample, shared out, so that rows of small classes stay sensible.
 *
 * <p>The probability that label i is wrong is 1 − q_i(y_i), with
 *
 * <pre>q_i(k) ∝ π_ik·((1 − λ)·T_{k, y_i} + λ·s_{i, y_i})</pre>
 *
 * @param beta β, above 0
 * @param eye τ, in (0, 1]; 0 where λ is 0
 * @param byLikeness λ, in [0, 1)
 * @param transition T, row: true class
 * @param logLikelihood mean of log P(y_i) over the samples that it was fitted to
 * @param doubt mean of 1 − max π_ik over them: how often the network is wrong, by its own account
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NoiseModel(
    double beta,
    double eye,
    double byLikeness,
    double[][] transition,
    double logLikelihood,
    double doubt) {
  private static final int MOST_STEPS = 200;
  private static final double CONVERGED = 1e-8;
  private static final double FIRST_BY_LIKENESS = 0.3;
  private static final double SMALLEST = 1e-12;

  /** Before anything is fitted; without likeness where {@code eye} is 0. */
  static NoiseModel start(int classes, double eye) {
    return new NoiseModel(
        1, eye, eye == 0 ? 0 : FIRST_BY_LIKENESS, pseudoSamples(classes), Double.NaN, Double.NaN);
  }

  /** Fits T and λ for another β to the samples {@code at}, beginning at those of this. */
  NoiseModel fit(HeldOut data, int[] at, double otherBeta) {
    Seen seen = Seen.of(data, at, otherBeta, eye);
    double[] once = ones(at.length);
    Step step = new Step(byLikeness, transition, Double.NEGATIVE_INFINITY, Double.NaN);
    for (int i = 0; i < MOST_STEPS; i++) {
      Step next = step.next(seen, once);
      boolean converged = next.logLikelihood - step.logLikelihood < CONVERGED;
      step = next;
      if (converged) {
        break;
      }
    }
    return new NoiseModel(
        otherBeta, eye, step.byLikeness, step.transition, step.logLikelihood, seen.doubt());
  }

  /** What the model says of every label. */
  Verdict judge(HeldOut data) {
    Seen seen = Seen.of(data, all(data), beta, eye);
    double[] right = new double[data.size()];
    double[] other = new double[data.size()];
    int[] suggested = new int[data.size()];
    for (int i = 0; i < right.length; i++) {
      int y = data.labels()[i];
      double likeness = byLikeness * seen.ofLabel[i];
      double best = -1;
      for (int k = 0; k < transition.length; k++) {
        double value = seen.prior[i][k] * ((1 - byLikeness) * transition[k][y] + likeness);
        if (k == y) {
          right[i] = value;
        } else {
          other[i] += value;
          if (value > best) {
            best = value;
            suggested[i] = k;
          }
        }
      }
      double sum = right[i] + other[i] + 2 * Double.MIN_NORMAL;
      right[i] = (right[i] + Double.MIN_NORMAL) / sum;
      other[i] = (other[i] + Double.MIN_NORMAL) / sum;
    }
    return new Verdict(right, other, suggested);
  }

  /**
   * Of N labels: probabilities that they are right and wrong, which sum to 1 (two numbers, since
   * either may be smaller than what the other can be told from 1), and the likeliest other class.
   */
  record Verdict(double[] right, double[] wrong, int[] suggested) {
    /** Estimated share of labels that are wrong. */
    double noiseRate() {
      return Arrays.stream(wrong).average().orElse(0);
    }
  }

  /** Fits on, with sample i counting {@code weights[i]} times, again and again. */
  final class Refit {
    private final Seen seen;

    Refit(HeldOut data) {
      this.seen = Seen.of(data, all(data), beta, eye);
    }

    /**
     * Share of each observed label (column) among the samples of each true class, with each sample
     * counting once, before anything is fitted on: T, and what is labelled by likeness.
     */
    double[][] labelled() {
      return step().labelled(seen, ones(seen.label.length));
    }

    private Step step() {
      return new Step(byLikeness, transition, Double.NaN, Double.NaN);
    }

    Refitted of(double[] weights, int steps) {
      Step step = step();
      for (int i = 0; i < steps; i++) {
        step = step.next(seen, weights);
      }
      return new Refitted(step.noiseRate, step.labelled(seen, weights));
    }
  }

  /**
   * What comes out when samples count otherwise.
   *
   * @param labelled share of each observed label (column) among the samples of each true class
   */
  record Refitted(double noiseRate, double[][] labelled) {}

  /**
   * The predictions as the model takes them.
   *
   * @param prior π, {@code [N][K]}
   * @param ofLabel s of the observed label, {@code [N]}; 0 without likeness
   * @param label observed, {@code [N]}
   */
  private record Seen(double[][] prior, double[] ofLabel, int[] label) {
    static Seen of(HeldOut data, int[] at, double beta, double eye) {
      double[][] prior = new double[at.length][];
      double[] ofLabel = new double[at.length];
      int[] label = new int[at.length];
      double[] blurred = new double[data.classes()];
      for (int i = 0; i < prior.length; i++) {
        float[] p = data.probabilities()[at[i]];
        double[] row = new double[p.length];
        double sum = 0;
        double blurredSum = 0;
        for (int k = 0; k < row.length; k++) {
          double evidence = beta * Math.log(Math.max(p[k], SMALLEST));
          row[k] = Math.exp(evidence);
          sum += row[k];
          if (eye > 0) {
            blurred[k] = Math.exp(eye * evidence);
            blurredSum += blurred[k];
          }
        }
        for (int k = 0; k < row.length; k++) {
          row[k] /= sum;
        }
        prior[i] = row;
        label[i] = data.labels()[at[i]];
        ofLabel[i] = eye > 0 ? blurred[label[i]] / blurredSum : 0;
      }
      return new Seen(prior, ofLabel, label);
    }

    double doubt() {
      return Arrays.stream(prior)
          .mapToDouble(row -> 1 - Arrays.stream(row).max().orElse(1))
          .average()
          .orElse(0);
    }
  }

  /** One round of expectation and maximization, with what held before it. */
  private record Step(
      double byLikeness, double[][] transition, double logLikelihood, double noiseRate) {
    Step next(Seen seen, double[] weights) {
      int classes = transition.length;
      // The columns of T are what is walked along.
      double[][] columns = new double[classes][classes];
      for (int k = 0; k < classes; k++) {
        for (int j = 0; j < classes; j++) {
          columns[j][k] = (1 - byLikeness) * transition[k][j];
        }
      }
      double[][] counts = new double[classes][classes];
      double likened = 0;
      double likelihood = 0;
      double wrong = 0;
      double total = 0;
      double[] q = new double[classes];
      for (int i = 0; i < weights.length; i++) {
        if (weights[i] == 0) {
          continue;
        }
        int y = seen.label[i];
        double[] prior = seen.prior[i];
        double[] column = columns[y];
        double byClass = 0;
        for (int k = 0; k < classes; k++) {
          q[k] = prior[k] * column[k];
          byClass += q[k];
        }
        double likeness = byLikeness * seen.ofLabel[i];
        double sum = Math.max(byClass + likeness, Double.MIN_NORMAL);
        double share = weights[i] / sum;
        double[] count = counts[y];
        for (int k = 0; k < classes; k++) {
          count[k] += share * q[k];
        }
        likened += share * likeness;
        likelihood += weights[i] * Math.log(sum);
        wrong += weights[i] - share * (q[y] + prior[y] * likeness);
        total += weights[i];
      }
      double[][] rows = pseudoSamples(classes);
      for (int k = 0; k < classes; k++) {
        for (int j = 0; j < classes; j++) {
          rows[k][j] += counts[j][k];
        }
        normalize(rows[k]);
      }
      return new Step(likened / total, rows, likelihood / total, wrong / total);
    }

    double[][] labelled(Seen seen, double[] weights) {
      double[][] rows = pseudoSamples(transition.length);
      double[] q = new double[transition.length];
      for (int i = 0; i < weights.length; i++) {
        int y = seen.label[i];
        double likeness = byLikeness * seen.ofLabel[i];
        double sum = Double.MIN_NORMAL;
        for (int k = 0; k < q.length; k++) {
          q[k] = seen.prior[i][k] * ((1 - byLikeness) * transition[k][y] + likeness);
          sum += q[k];
        }
        for (int k = 0; k < q.length; k++) {
          rows[k][y] += weights[i] * q[k] / sum;
        }
      }
      Arrays.stream(rows).forEach(Step::normalize);
      return rows;
    }

    private static void normalize(double[] row) {
      double sum = Arrays.stream(row).sum();
      for (int j = 0; j < row.length; j++) {
        row[j] /= sum;
      }
    }
  }

  /** One pseudo-sample for each row: nine tenths right, the rest shared out. */
  private static double[][] pseudoSamples(int classes) {
    double[][] transition = new double[classes][classes];
    for (int k = 0; k < classes; k++) {
      Arrays.fill(transition[k], 0.1 / (classes - 1));
      transition[k][k] = 0.9;
    }
    return transition;
  }

  private static int[] all(HeldOut data) {
    return IntStream.range(0, data.size()).toArray();
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }
}

package dev.rote.audit;

import java.util.Arrays;

/**
 * A model of how observed labels came about, fitted by maximum likelihood: the true class of sample
 * i is k with probability π_ik ∝ p_ik^β, where p is the held-out prediction, and is observed as j
 * with probability T_kj.
 *
 * <pre>L(β, T) = Σ_i log Σ_k π_ik · T_{k, y_i}</pre>
 *
 * <p>β calibrates the network: a network that is too sure of itself gets β below 1, so that its own
 * mistakes, which come with doubt, are not taken for wrong labels. T is what remains: disagreement
 * where the network is sure. T is fitted by expectation and maximization for a given β, and β by
 * golden section. Each row of T is drawn towards its diagonal by one pseudo-sample, shared out, so
 * that rows of small classes stay sensible.
 *
 * <p>The probability that label i is wrong is 1 − q_i(y_i), with q_i(k) ∝ π_ik·T_{k, y_i}. It is
 * calibrated to the extent that noise depends on the class alone; noise that follows the likeness
 * of images lies where the network doubts, and is underestimated the more, the more it doubts.
 *
 * @param beta β, {@code likelihoodBeta} but not below {@code lowestBeta}
 * @param likelihoodBeta the most likely β
 * @param lowestBeta below what a network is not taken to be too sure of itself
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NoiseModel(
    double beta,
    double[][] transition,
    double[] logOddsWrong,
    double[] wrong,
    double likelihoodBeta,
    double lowestBeta) {
  private static final int EM_STEPS = 40;

  /**
   * A network is taken to be more than 1/0.7 times too sure only as long as that leaves it {@link
   * #HARMLESS_DOUBT}. Wrong labels that follow the likeness of images make every confusion look
   * like doubt, and would drive β, and with it the noise rate, towards 0; nothing in labels and
   * predictions tells that from a network that is far too sure.
   */
  private static final double LOWEST_BETA = 0.7;

  /** Mean probability of being wrong, by its own account, that a network may have at any β. */
  private static final double HARMLESS_DOUBT = 0.05;

  private static final double LEAST_BETA = 0.05;
  private static final double HIGHEST_BETA = 4;
  private static final int SECTIONS = 16;
  private static final double SMALLEST = 1e-12;

  /** Fits both. */
  static NoiseModel fit(HeldOut data) {
    double golden = (Math.sqrt(5) - 1) / 2;
    double lowest = lowestBeta(data);
    double low = Math.log(LEAST_BETA);
    double high = Math.log(HIGHEST_BETA);
    double a = high - golden * (high - low);
    double b = low + golden * (high - low);
    double ofA = likelihood(data, Math.exp(a));
    double ofB = likelihood(data, Math.exp(b));
    for (int i = 0; i < SECTIONS; i++) {
      if (ofA > ofB) {
        high = b;
        b = a;
        ofB = ofA;
        a = high - golden * (high - low);
        ofA = likelihood(data, Math.exp(a));
      } else {
        low = a;
        a = b;
        ofA = ofB;
        b = low + golden * (high - low);
        ofB = likelihood(data, Math.exp(b));
      }
    }
    double likeliest = Math.exp((low + high) / 2);
    return fit(data, Math.max(lowest, likeliest)).knowing(likeliest, lowest);
  }

  private NoiseModel knowing(double likeliest, double lowest) {
    return new NoiseModel(beta, transition, logOddsWrong, wrong, likeliest, lowest);
  }

  /**
   * How much looks as if wrong labels followed the likeness of images: 0 where the most likely β is
   * well above the lowest, 1 where it is a third below and there is room for it. Such labels make
   * every confusion look like doubt, and so does a network that is far too sure of itself.
   *
   * @param doubt mean probability of being wrong that the network has by its own account at β
   */
  double likeness(double doubt) {
    double room = Math.max(0, Math.min(1, doubt / HARMLESS_DOUBT - 1));
    return room * between(1.05, 0.7);
  }

  /** The same with a lower bar, for what cannot be ruled out. */
  double possibleLikeness() {
    return between(1.2, 1.0);
  }

  /** From 0, where the most likely β is {@code none} times the lowest, to 1 at {@code all}. */
  private double between(double none, double all) {
    double ratio = likelihoodBeta / lowestBeta;
    return Math.max(0, Math.min(1, (none - ratio) / (none - all)));
  }

  private static double lowestBeta(HeldOut data) {
    double least = LEAST_BETA;
    double most = LOWEST_BETA;
    if (doubt(priors(data, most)) >= HARMLESS_DOUBT) {
      return most;
    }
    for (int i = 0; i < SECTIONS; i++) {
      double middle = (least + most) / 2;
      if (doubt(priors(data, middle)) >= HARMLESS_DOUBT) {
        least = middle;
      } else {
        most = middle;
      }
    }
    return most;
  }

  /** Mean probability of not being the likeliest class. */
  static double doubt(double[][] prior) {
    return Arrays.stream(prior)
        .mapToDouble(row -> 1 - Arrays.stream(row).max().orElse(1))
        .average()
        .orElse(0);
  }

  /** Fits T for a calibration that is given. */
  static NoiseModel fit(HeldOut data, double beta) {
    double[][] prior = priors(data, beta);
    double[] weights = ones(data.size());
    double[][] transition = start(data.classes());
    for (int step = 0; step < EM_STEPS; step++) {
      transition = maximize(data, prior, transition, weights).transition;
    }
    double[] logOdds = new double[data.size()];
    double[] wrong = new double[data.size()];
    for (int i = 0; i < wrong.length; i++) {
      int y = data.labels()[i];
      double right = prior[i][y] * transition[y][y];
      double other = 0;
      for (int k = 0; k < transition.length; k++) {
        other += k == y ? 0 : prior[i][k] * transition[k][y];
      }
      wrong[i] = other / (right + other);
      logOdds[i] = Math.log(other + Double.MIN_NORMAL) - Math.log(right + Double.MIN_NORMAL);
    }
    return new NoiseModel(beta, transition, logOdds, wrong, beta, beta);
  }

  /** Estimated share of labels that are wrong. */
  double noiseRate() {
    return Arrays.stream(wrong).average().orElse(0);
  }

  /** What comes out when samples count otherwise. */
  record Refit(double noiseRate, double[][] transition) {}

  /** Some more steps, with sample i counting {@code weights[i]} times. */
  Refit refit(HeldOut data, double[][] prior, double[] weights, int steps) {
    double[][] t = transition;
    double rate = noiseRate();
    for (int step = 0; step < steps; step++) {
      Step next = maximize(data, prior, t, weights);
      t = next.transition;
      rate = next.noiseRate;
    }
    return new Refit(rate, t);
  }

  /** The class that a sample most likely is, if not its label. */
  int suggestion(HeldOut data, int sample) {
    float[] p = data.probabilities()[sample];
    int y = data.labels()[sample];
    int best = -1;
    double bestValue = -1;
    for (int k = 0; k < p.length; k++) {
      double value = Math.pow(Math.max(p[k], SMALLEST), beta) * transition[k][y];
      if (k != y && value > bestValue) {
        best = k;
        bestValue = value;
      }
    }
    return best;
  }

  /** π, {@code [N][K]}. */
  static double[][] priors(HeldOut data, double beta) {
    double[][] prior = new double[data.size()][];
    for (int i = 0; i < prior.length; i++) {
      float[] p = data.probabilities()[i];
      double[] row = new double[p.length];
      double sum = 0;
      for (int k = 0; k < row.length; k++) {
        row[k] = Math.exp(beta * Math.log(Math.max(p[k], SMALLEST)));
        sum += row[k];
      }
      for (int k = 0; k < row.length; k++) {
        row[k] /= sum;
      }
      prior[i] = row;
    }
    return prior;
  }

  private static double likelihood(HeldOut data, double beta) {
    double[][] prior = priors(data, beta);
    double[] weights = ones(data.size());
    double[][] transition = start(data.classes());
    double value = 0;
    for (int step = 0; step < EM_STEPS / 2; step++) {
      Step next = maximize(data, prior, transition, weights);
      transition = next.transition;
      value = next.logLikelihood;
    }
    return value;
  }

  private record Step(double[][] transition, double logLikelihood, double noiseRate) {}

  private static Step maximize(
      HeldOut data, double[][] prior, double[][] transition, double[] weights) {
    int classes = transition.length;
    double[][] next = start(classes);
    double logLikelihood = 0;
    double wrong = 0;
    double total = 0;
    double[] q = new double[classes];
    for (int i = 0; i < prior.length; i++) {
      if (weights[i] == 0) {
        continue;
      }
      int y = data.labels()[i];
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        q[k] = prior[i][k] * transition[k][y];
        sum += q[k];
      }
      sum = Math.max(sum, Double.MIN_NORMAL);
      for (int k = 0; k < classes; k++) {
        next[k][y] += weights[i] * q[k] / sum;
      }
      logLikelihood += weights[i] * Math.log(sum);
      wrong += weights[i] * (1 - q[y] / sum);
      total += weights[i];
    }
    for (double[] row : next) {
      double sum = Arrays.stream(row).sum();
      for (int j = 0; j < classes; j++) {
        row[j] /= sum;
      }
    }
    return new Step(next, logLikelihood, wrong / total);
  }

  /** One pseudo-sample for each row: nine tenths right, the rest shared out. */
  private static double[][] start(int classes) {
    double[][] transition = new double[classes][classes];
    for (int k = 0; k < classes; k++) {
      Arrays.fill(transition[k], 0.1 / (classes - 1));
      transition[k][k] = 0.9;
    }
    return transition;
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }
}

package dev.rote.audit;

import java.util.Arrays;

/**
 * Class shares and transition matrix from the consensus of nearest neighbours (Zhu, Song and Liu
 * 2021, Clusterability as an alternative to anchor points when learning with noisy labels, eq. 4 to
 * 7): if a sample and its two most similar ones are of one true class, and their labels depend on
 * that class alone, then
 *
 * <pre>
 * P(y = i)                  = Σ_k q_k·T_ki
 * P(y = i, y' = j)          = Σ_k q_k·T_ki·T_kj
 * P(y = i, y' = j, y'' = l) = Σ_k q_k·T_ki·T_kj·T_kl
 * </pre>
 *
 * <p>q and T minimize the squared difference to the observed shares, by gradient descent on the
 * logits of q and of the rows of T, from labels that are mostly right. Similar samples of different
 * classes make the estimated noise too high.
 *
 * @param shares q, {@code [K]}
 * @param transition T, row: true class
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record NeighbourConsensus(double[] shares, double[][] transition) {
  /** Classes up to which the K³ consensuses can be counted. */
  public static final int MOST_CLASSES = 30;

  private static final int STEPS = 1500;
  private static final double RATE = 0.05;

  /**
   * Estimates from N labels and the most similar samples of each.
   *
   * @param nearest {@code [N][k]}, the most similar first, k at least 2
   */
  public static NeighbourConsensus of(int[] labels, int[][] nearest, int classes) {
    double[] one = new double[classes];
    double[][] two = new double[classes][classes];
    double[][][] three = new double[classes][classes][classes];
    double each = 1.0 / labels.length;
    for (int i = 0; i < labels.length; i++) {
      int first = labels[nearest[i][0]];
      int second = labels[nearest[i][1]];
      one[labels[i]] += each;
      two[labels[i]][first] += each;
      three[labels[i]][first][second] += each;
    }
    // The last row of logits is that of q.
    double[][] logits = new double[classes + 1][classes];
    for (int k = 0; k < classes; k++) {
      logits[k][k] = 2 + Math.log(classes);
    }
    Adam adam = new Adam(classes);
    for (int step = 1; step <= STEPS; step++) {
      double[][] p = softmax(logits);
      adam.step(logits, gradient(p, one, two, three), step);
    }
    double[][] p = softmax(logits);
    return new NeighbourConsensus(p[classes], Arrays.copyOf(p, classes));
  }

  /** Returns the share of wrong labels, 1 − Σ q_k·T_kk. */
  public double noiseRate() {
    double right = 0;
    for (int k = 0; k < shares.length; k++) {
      right += shares[k] * transition[k][k];
    }
    return Math.max(0, Math.min(1, 1 - right));
  }

  private static double[][] softmax(double[][] logits) {
    double[][] p = new double[logits.length][];
    for (int k = 0; k < p.length; k++) {
      double most = Arrays.stream(logits[k]).max().orElse(0);
      p[k] = Arrays.stream(logits[k]).map(z -> Math.exp(z - most)).toArray();
      double sum = Arrays.stream(p[k]).sum();
      for (int j = 0; j < p[k].length; j++) {
        p[k][j] /= sum;
      }
    }
    return p;
  }

  /** Returns the gradient of half the squared differences by the logits. */
  private static double[][] gradient(
      double[][] p, double[] one, double[][] two, double[][][] three) {
    int classes = one.length;
    double[] q = p[classes];
    double[][] byP = new double[classes + 1][classes];
    double[] first = one.clone();
    double[][] second = new double[classes][];
    for (int i = 0; i < classes; i++) {
      second[i] = two[i].clone();
      for (int k = 0; k < classes; k++) {
        first[i] -= q[k] * p[k][i];
        for (int j = 0; j < classes; j++) {
          second[i][j] -= q[k] * p[k][i] * p[k][j];
        }
      }
    }
    for (int k = 0; k < classes; k++) {
      for (int i = 0; i < classes; i++) {
        byP[k][i] -= first[i] * q[k];
        byP[classes][k] -= first[i] * p[k][i];
        for (int j = 0; j < classes; j++) {
          byP[k][i] -= (second[i][j] + second[j][i]) * q[k] * p[k][j];
          byP[classes][k] -= second[i][j] * p[k][i] * p[k][j];
        }
      }
    }
    for (int i = 0; i < classes; i++) {
      for (int j = 0; j < classes; j++) {
        for (int l = 0; l < classes; l++) {
          double residual = three[i][j][l];
          for (int k = 0; k < classes; k++) {
            residual -= q[k] * p[k][i] * p[k][j] * p[k][l];
          }
          for (int k = 0; k < classes; k++) {
            byP[k][i] -= residual * q[k] * p[k][j] * p[k][l];
            byP[k][j] -= residual * q[k] * p[k][i] * p[k][l];
            byP[k][l] -= residual * q[k] * p[k][i] * p[k][j];
            byP[classes][k] -= residual * p[k][i] * p[k][j] * p[k][l];
          }
        }
      }
    }
    double[][] gradient = new double[classes + 1][classes];
    for (int k = 0; k <= classes; k++) {
      double mean = 0;
      for (int j = 0; j < classes; j++) {
        mean += byP[k][j] * p[k][j];
      }
      for (int j = 0; j < classes; j++) {
        gradient[k][j] = p[k][j] * (byP[k][j] - mean);
      }
    }
    return gradient;
  }

  /** Adam (Kingma and Ba 2015) on the logits. */
  private static final class Adam {
    private static final double FIRST = 0.9;
    private static final double SECOND = 0.999;
    private final double[][] mean;
    private final double[][] square;

    Adam(int classes) {
      mean = new double[classes + 1][classes];
      square = new double[classes + 1][classes];
    }

    void step(double[][] values, double[][] gradient, int step) {
      double rate = RATE * Math.sqrt(1 - Math.pow(SECOND, step)) / (1 - Math.pow(FIRST, step));
      for (int k = 0; k < values.length; k++) {
        for (int j = 0; j < values[k].length; j++) {
          double g = gradient[k][j];
          mean[k][j] = FIRST * mean[k][j] + (1 - FIRST) * g;
          square[k][j] = SECOND * square[k][j] + (1 - SECOND) * g * g;
          values[k][j] -= rate * mean[k][j] / (Math.sqrt(square[k][j]) + 1e-10);
        }
      }
    }
  }
}

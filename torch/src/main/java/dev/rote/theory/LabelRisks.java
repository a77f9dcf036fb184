package dev.rote.theory;

import dev.rote.loss.Loss;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The cost of a classifier's outputs under every label: the sums from which the risk under any
 * label noise follows as an exact expectation, without a draw. N is the number of samples, K that
 * of classes.
 *
 * @param shares K×K; at [k][j] the sum of L(h(x),j) over the samples of original class k, divided
 *     by N
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LabelRisks(double[][] shares) {
  /** Values of one evaluation; the temporaries of a loss are of this size. */
  private static final int CHUNK = 1 << 20;

  /**
   * Evaluates a loss under all K labels.
   *
   * @param logits {@code [N,K]}, float64
   * @param original N original labels
   */
  public static LabelRisks of(Loss loss, Tensor logits, int[] original) {
    int classes = (int) logits.size(1);
    int rows = Math.max(1, CHUNK / classes);
    double[][] sums = new double[classes][classes];
    for (int start = 0; start < original.length; start += rows) {
      int size = Math.min(rows, original.length - start);
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        Tensor part = logits.narrow(0, start, size);
        for (int label = 0; label < classes; label++) {
          double[] losses = losses(loss, part, label);
          for (int i = 0; i < size; i++) {
            sums[original[start + i]][label] += losses[i];
          }
        }
      }
    }
    for (double[] row : sums) {
      for (int label = 0; label < classes; label++) {
        row[label] /= original.length;
      }
    }
    return new LabelRisks(sums);
  }

  /** Returns L(h,label) of each row of the logits. */
  static double[] losses(Loss loss, Tensor logits, int label) {
    try (PointerScope scope = new PointerScope()) {
      long rows = logits.size(0);
      Tensor labels =
          torch.full(
              new long[] {rows}, new Scalar((long) label), new TensorOptions(ScalarType.Long));
      Tensor losses = loss.perSample(logits, labels).contiguous();
      double[] values = new double[(int) rows];
      new DoublePointer(losses.data_ptr()).get(values);
      return values;
    }
  }

  /** Returns R, the mean of L(h(x),y^cl). */
  public double risk() {
    double sum = 0;
    for (int k = 0; k < shares.length; k++) {
      sum += shares[k][k];
    }
    return sum;
  }

  /** Returns the mean of Σ_j L(h(x),j); C of a symmetric loss. */
  public double sumOverLabels() {
    double sum = 0;
    for (double[] row : shares) {
      for (double share : row) {
        sum += share;
      }
    }
    return sum;
  }

  /**
   * Returns R^η under symmetric noise (Patel and Sastry 2021, eq. 1): the mean of (1−η)·L(h,y^cl) +
   * η/(K−1)·Σ_{j≠y^cl} L(h,j).
   *
   * @param rate η in [0, 1]
   */
  public double noisyRisk(double rate) {
    int classes = shares.length;
    double kept = 0;
    double altered = 0;
    for (int k = 0; k < classes; k++) {
      for (int j = 0; j < classes; j++) {
        if (j == k) {
          kept += shares[k][j];
        } else {
          altered += shares[k][j];
        }
      }
    }
    return (1 - rate) * kept + rate / (classes - 1) * altered;
  }

  /**
   * Returns the risk under any noise that depends on the original class alone: the mean of Σ_j
   * T[y^cl][j]·L(h,j).
   *
   * @param transition T, K×K, each row summing to 1
   */
  public double noisyRisk(double[][] transition) {
    double sum = 0;
    for (int k = 0; k < shares.length; k++) {
      for (int j = 0; j < shares.length; j++) {
        // a label that never comes costs nothing, even an infinite loss
        if (transition[k][j] > 0) {
          sum += transition[k][j] * shares[k][j];
        }
      }
    }
    return sum;
  }
}

package dev.rote.audit;

/**
 * The confident joint (Northcutt, Jiang and Chuang 2021, Confident learning, eq. 1 and 2) and the
 * noise rate that follows from it.
 *
 * <p>The threshold of class j is the mean of p_j over the samples labelled j. A sample labelled i
 * is counted in C[i][j] for the class j with the largest p_j among those whose p_j reaches its
 * threshold, less 1e-6 as in the authors' code; on a tie, for the lowest j. A sample that reaches
 * no threshold is not counted, and a class that no sample is labelled with has none. Rows are then
 * scaled to the number of samples of their label, and the whole to 1.
 *
 * @param counts C, row: observed label, column: class that is confidently predicted
 * @param joint Q, estimated share of samples of each observed and each true label; sums to 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ConfidentJoint(int[][] counts, double[][] joint) {
  private static final double TOLERANCE = 1e-6;

  /** Threshold below which a class says nothing: no sample gives it any probability. */
  private static final double EMPTY = 1e-6;

  /** Counts the samples by observed label and confident prediction. */
  public static ConfidentJoint of(HeldOut data) {
    int classes = data.classes();
    int[] size = data.counts();
    double[] threshold = new double[classes];
    for (int i = 0; i < data.size(); i++) {
      threshold[data.labels()[i]] += data.probabilities()[i][data.labels()[i]];
    }
    for (int k = 0; k < classes; k++) {
      double mean = size[k] == 0 ? 0 : threshold[k] / size[k];
      threshold[k] = mean < EMPTY ? Double.POSITIVE_INFINITY : mean - TOLERANCE;
    }
    int[][] counts = new int[classes][classes];
    for (int i = 0; i < data.size(); i++) {
      float[] p = data.probabilities()[i];
      int best = -1;
      for (int k = 0; k < classes; k++) {
        if (p[k] >= threshold[k] && (best < 0 || p[k] > p[best])) {
          best = k;
        }
      }
      if (best >= 0) {
        counts[data.labels()[i]][best]++;
      }
    }
    return new ConfidentJoint(counts, joint(counts, size, data.size()));
  }

  private static double[][] joint(int[][] counts, int[] size, int samples) {
    double[][] joint = new double[counts.length][counts.length];
    for (int i = 0; i < counts.length; i++) {
      int row = 0;
      for (int count : counts[i]) {
        row += count;
      }
      for (int j = 0; j < counts.length; j++) {
        // A label of which no sample is confident keeps its place.
        double share = row == 0 ? (i == j ? 1 : 0) : (double) counts[i][j] / row;
        joint[i][j] = share * size[i] / samples;
      }
    }
    return joint;
  }

  /** Returns the estimated share of wrong labels: what lies off the diagonal of the joint. */
  public double noiseRate() {
    double wrong = 0;
    for (int i = 0; i < joint.length; i++) {
      for (int j = 0; j < joint.length; j++) {
        wrong += i == j ? 0 : joint[i][j];
      }
    }
    return Math.min(1, wrong);
  }
}

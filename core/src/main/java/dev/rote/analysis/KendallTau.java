package dev.rote.analysis;

/** Kendall's rank correlation τ_b (Kendall 1945, "The treatment of ties in ranking problems"). */
public final class KendallTau {
  /**
   * Values nearer to each other than this, relative to their size, are ties: the difference is
   * rounding.
   */
  private static final double TIE = 1e-12;

  private KendallTau() {}

  /**
   * (C − D) / √((C + D + T_x)(C + D + T_y)) over all pairs: C concordant, D discordant, T_x tied in
   * y alone, T_y tied in x alone. 1 where the orders are the same, −1 where one is the other
   * reversed.
   *
   * @param x n values
   * @param y n values
   * @return in [−1, 1]; NaN where all of x or all of y are tied, or n is below 2
   */
  public static double of(double[] x, double[] y) {
    long difference = 0;
    long distinctX = 0;
    long distinctY = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < i; j++) {
        int a = order(x[i], x[j]);
        int b = order(y[i], y[j]);
        difference += (long) a * b;
        distinctX += Math.abs(a);
        distinctY += Math.abs(b);
      }
    }
    return difference / Math.sqrt((double) distinctX * distinctY);
  }

  private static int order(double a, double b) {
    boolean tied = Math.abs(a - b) <= TIE * Math.max(Math.abs(a), Math.abs(b));
    return tied ? 0 : Double.compare(a, b);
  }
}

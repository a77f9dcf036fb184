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
   * Returns τ_b = (C − D) / √(X·Y) over all pairs: C of them concordant, D discordant, X distinct
   * in x and Y distinct in y. It is 1 where the orders are the same, −1 where one reverses the
   * other.
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

package dev.rote.theory;

import dev.rote.analysis.KendallTau;
import dev.rote.run.RiskPoint;
import java.util.List;

/**
 * The conclusion about the theorem for one loss, from the networks of a study.
 *
 * @param check the loss over random and extreme outputs
 * @param constant C of the predicted line: the declared one of a symmetric loss; for another, the
 *     mean of Σ_j L(h,j) over all networks and samples, which makes the line that is nearest in
 *     least squares, each rate by itself
 * @param points number of networks times rates above 0 that were compared
 * @param deviation largest distance of an R^η from the line; NaN where there are no points
 * @param orders the order of the networks by risk, at each rate above 0
 */
public record LossVerdict(
    LossCheck check, double constant, int points, double deviation, List<Order> orders) {
  /** What float64 must reach, and what counts as holding. */
  public static final double TOLERANCE = 1e-9;

  public LossVerdict {
    orders = List.copyOf(orders);
  }

  /**
   * Compares the order of networks by risk with and without noise.
   *
   * @param rate η
   * @param networks number of networks
   * @param tau Kendall's τ_b of R and R^η: 1 for the same order; NaN for fewer than two networks or
   *     where all are tied
   */
  public record Order(double rate, int networks, double tau) {
    static Order of(double rate, List<RiskPoint> points) {
      double[] risks = points.stream().mapToDouble(RiskPoint::risk).toArray();
      double[] noisy = points.stream().mapToDouble(RiskPoint::noisyRisk).toArray();
      return new Order(rate, points.size(), KendallTau.of(risks, noisy));
    }

    /** Returns whether no pair of networks changes places. */
    public boolean kept() {
      return tau == 1;
    }
  }

  static LossVerdict of(
      LossCheck check, double constant, List<RiskPoint> points, List<Order> orders) {
    double deviation =
        points.stream().mapToDouble(p -> Math.abs(p.deviation())).max().orElse(Double.NaN);
    return new LossVerdict(check, constant, points.size(), deviation, orders);
  }

  /** Returns whether every R^η is on the line, to {@link #TOLERANCE}; false without points. */
  public boolean holds() {
    return deviation <= TOLERANCE;
  }
}

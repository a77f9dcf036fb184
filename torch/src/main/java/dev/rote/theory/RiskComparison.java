package dev.rote.theory;

import dev.rote.loss.Loss;
import dev.rote.run.RiskPoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;

/** Compares the risks of networks with the theorem, loss by loss and rate by rate. */
final class RiskComparison {
  private final List<NetworkRisks> networks;
  private final Collection<Loss> losses;

  /** Rates of symmetric noise above 0. */
  private final TreeSet<Double> rates;

  /** Rate for networks that were trained without noise; 0 if there is no other rate. */
  private final double rateOfClean;

  RiskComparison(List<NetworkRisks> networks, Collection<Loss> losses, List<Double> moreRates) {
    this.networks = networks;
    this.losses = losses;
    TreeSet<Double> trained = new TreeSet<>();
    networks.forEach(network -> network.noiseRate().ifPresent(trained::add));
    trained.remove(0.0);
    rates = new TreeSet<>(moreRates);
    rates.addAll(trained);
    rates.remove(0.0);
    rateOfClean = trained.isEmpty() ? (rates.isEmpty() ? 0 : rates.last()) : trained.last();
  }

  StudyTheory compare(List<String> notices) {
    List<RiskPoint> own = new ArrayList<>();
    List<RiskPoint> atRates = new ArrayList<>();
    List<LossVerdict> verdicts = new ArrayList<>();
    int classes = networks.get(0).classes();
    for (Loss loss : losses) {
      double constant = loss.symmetryConstant(classes).orElseGet(() -> meanSum(loss));
      List<LossVerdict.Order> orders = new ArrayList<>();
      List<RiskPoint> points = new ArrayList<>();
      for (double rate : rates) {
        List<RiskPoint> atRate =
            networks.stream().map(network -> network.symmetric(loss, constant, rate)).toList();
        orders.add(LossVerdict.Order.of(rate, atRate));
        points.addAll(atRate);
      }
      atRates.addAll(points);
      verdicts.add(LossVerdict.of(LossCheck.of(loss, classes), constant, points, orders));
      networks.forEach(network -> addOwn(network, loss, constant, own));
    }
    own.sort(Comparator.comparing(RiskPoint::run).thenComparingInt(RiskPoint::epoch));
    return new StudyTheory(own, atRates, verdicts, notices);
  }

  private void addOwn(NetworkRisks network, Loss loss, double constant, List<RiskPoint> own) {
    OptionalDouble rate = network.noiseRate();
    if (rate.isPresent()) {
      double used = rate.getAsDouble() == 0 ? rateOfClean : rate.getAsDouble();
      own.add(network.symmetric(loss, constant, used));
    } else {
      network.ofOwnNoise(loss).ifPresent(own::add);
    }
  }

  /** Returns the mean of Σ_j L(h,j) over the networks. */
  private double meanSum(Loss loss) {
    return networks.stream()
        .mapToDouble(network -> network.of(loss).sumOverLabels())
        .average()
        .orElseThrow();
  }
}

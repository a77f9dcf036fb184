package dev.rote.theory;

import dev.rote.loss.Loss;
import dev.rote.noise.LabelNoise;
import dev.rote.run.RiskPoint;
import dev.rote.run.RunRecord;
import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The risks of one network by loss, and the noise that it was trained with.
 *
 * @param transition K×K; empty if it is not known
 * @param noiseRate η, if the noise is symmetric
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NetworkRisks(
    RunRecord record,
    int epoch,
    double[][] transition,
    OptionalDouble noiseRate,
    Map<LossSpec, LabelRisks> risks) {

  static NetworkRisks of(RunRecord record, int epoch, Map<LossSpec, LabelRisks> risks) {
    double[][] transition = transition(record);
    return new NetworkRisks(
        record, epoch, transition, NoisyRiskLaw.rateOf(transition), Map.copyOf(risks));
  }

  /**
   * Returns the transition matrix of a run's noise; the realized one if the labels were not drawn,
   * or the file of the noise has changed.
   */
  private static double[][] transition(RunRecord record) {
    double[][] realized = record.noise().realizedMatrix();
    LabelNoise noise = record.spec().noise();
    boolean noisySource =
        noise.symmetricRate().equals(OptionalDouble.of(0)) && record.noise().realizedRate() > 0;
    if (noisySource) {
      return realized;
    }
    try {
      return noise.fingerprint().equals(record.noise().fingerprint())
          ? noise.transitionMatrix(record.data().classNames().size())
          : realized;
    } catch (InputException e) {
      return realized;
    }
  }

  String id() {
    return record.id();
  }

  int classes() {
    return record.data().classNames().size();
  }

  LabelRisks of(Loss loss) {
    return risks.get(loss.spec());
  }

  /**
   * Compares the risk under symmetric noise with the theorem.
   *
   * @param constant C of the loss
   */
  RiskPoint symmetric(Loss loss, double constant, double rate) {
    double risk = of(loss).risk();
    double predicted =
        rate == 0 ? Double.NaN : new NoisyRiskLaw(classes(), rate).noisyRisk(risk, constant);
    return point(loss, rate, of(loss).noisyRisk(rate), predicted);
  }

  /** Returns the risk under the noise of the run, if its transition matrix is known. */
  Optional<RiskPoint> ofOwnNoise(Loss loss) {
    return transition.length == classes()
        ? Optional.of(point(loss, Double.NaN, of(loss).noisyRisk(transition), Double.NaN))
        : Optional.empty();
  }

  private RiskPoint point(Loss loss, double rate, double noisyRisk, double predicted) {
    return new RiskPoint(
        id(),
        epoch,
        loss.spec().toString(),
        loss.symmetryConstant(classes()).isPresent(),
        rate,
        of(loss).risk(),
        noisyRisk,
        predicted);
  }

  /** Returns why the theorem predicts nothing for the noise of the run, if it does not. */
  Optional<String> notice() {
    if (noiseRate.isPresent()) {
      return Optional.empty();
    }
    String noise = record.spec().noise().toString();
    return Optional.of(
        id()
            + ": the theorem does not apply, since its noise "
            + (noise.equals("none") ? "(the labels of the source)" : noise)
            + " is not symmetric; "
            + (transition.length == classes()
                ? "noisy_risk is the expectation under its transition matrix, without a prediction"
                : "its transition matrix is not known, so it has no row in theory.csv"));
  }
}

package dev.rote.theory;

import dev.rote.data.DataSet;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.loss.Loss;
import dev.rote.loss.Losses;
import dev.rote.noise.LabelNoise;
import dev.rote.run.RiskPoint;
import dev.rote.run.RunRecord;
import dev.rote.run.StoredRun;
import dev.rote.run.StoredWeights;
import dev.rote.study.NetworkKind;
import dev.rote.study.Precision;
import dev.rote.study.RunSpec;
import dev.rote.text.InputException;
import dev.rote.train.TrainedNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The theorem, held against the networks of a study: every loss that occurs in it on every network
 * whose weights are there, over the training set, with the exact expectation over the noise.
 *
 * @param own each network and loss under the noise that its run was trained with, by run, epoch and
 *     loss; networks that were trained without noise under the largest rate that others were
 *     trained with, since without noise the theorem says nothing (no prediction, where no run has
 *     noise)
 * @param rates each network and loss at every rate of symmetric noise above 0 in the study, by
 *     loss, then rate
 * @param verdicts what they show, by loss
 * @param notices what was left out, or has no prediction, and why; a line each
 */
public record StudyTheory(
    List<RiskPoint> own, List<RiskPoint> rates, List<LossVerdict> verdicts, List<String> notices) {

  /**
   * What to look at beyond what the study's own runs say.
   *
   * @param losses texts of further losses
   * @param rates further rates of symmetric noise, in [0, 1]
   * @param data where the images are now, if not where the runs found them
   */
  public record Options(List<String> losses, List<Double> rates, Optional<String> data) {
    public Options {
      losses = List.copyOf(losses);
      rates = List.copyOf(rates);
      for (double rate : rates) {
        if (!(rate >= 0 && rate <= 1)) {
          throw new InputException("noise rate " + rate + " is outside [0, 1]");
        }
      }
    }
  }

  /** Told which network is looked at. */
  @FunctionalInterface
  public interface Progress {
    /** Network {@code number} of {@code networks}, from 1. */
    void at(int number, int networks, String run, int epoch);
  }

  public StudyTheory {
    own = List.copyOf(own);
    rates = List.copyOf(rates);
    verdicts = List.copyOf(verdicts);
    notices = List.copyOf(notices);
  }

  /**
   * Evaluates all networks of a study. Computes on as many threads as libtorch was told to use.
   *
   * @param out results directory of the study
   * @throws InputException if it holds no network that can be evaluated, with the first reason
   */
  public static StudyTheory of(Path out, Options options, Progress progress) throws IOException {
    List<StoredRun> runs = StoredRun.readAll(out);
    if (runs.isEmpty()) {
      throw new InputException(out + " holds no runs; 'rote study --out " + out + "' makes some");
    }
    Map<String, Loss> losses = new LinkedHashMap<>();
    List<String> notices = new ArrayList<>();
    for (StoredRun run : runs) {
      try {
        add(losses, Losses.of(run.record().spec().loss()));
      } catch (InputException e) {
        notices.add("the loss of " + run.record().id() + " is left out: " + e.getMessage());
      }
    }
    options.losses().forEach(text -> add(losses, Losses.parse(text)));
    if (losses.isEmpty()) {
      throw new InputException("no loss can be looked at: " + notices.get(0));
    }
    List<Measured> measured = new ArrayList<>();
    try (Evaluation evaluation = new Evaluation(losses.values(), options.data())) {
      List<Stored> networks = networks(runs, notices);
      Map<String, String> refused = new LinkedHashMap<>();
      for (int i = 0; i < networks.size(); i++) {
        Stored network = networks.get(i);
        progress.at(i + 1, networks.size(), network.id(), network.weights.epoch());
        if (refused.containsKey(network.id())) {
          continue;
        }
        try {
          measured.add(evaluation.measure(network));
        } catch (InputException e) {
          refused.put(network.id(), e.getMessage());
        }
      }
      refused.forEach((run, reason) -> notices.add(run + " is left out: " + reason));
    }
    if (measured.isEmpty()) {
      throw new InputException("no network of " + out + " can be evaluated: " + notices.get(0));
    }
    return assemble(measured, losses, options.rates(), notices);
  }

  private static void add(Map<String, Loss> losses, Loss loss) {
    losses.put(loss.spec(), loss);
  }

  /** Weights of a run. */
  private record Stored(StoredRun run, StoredWeights weights) {
    String id() {
      return run.record().id();
    }
  }

  private static List<Stored> networks(List<StoredRun> runs, List<String> notices)
      throws IOException {
    List<Stored> networks = new ArrayList<>();
    for (StoredRun run : runs) {
      try {
        List<StoredWeights> weights = run.weights();
        if (weights.isEmpty()) {
          notices.add(run.record().id() + " is left out: it has no weights yet");
        }
        weights.forEach(stored -> networks.add(new Stored(run, stored)));
      } catch (InputException e) {
        notices.add(run.record().id() + " is left out: " + e.getMessage());
      }
    }
    return networks;
  }

  /** A network with its risks by loss. */
  private record Measured(Stored stored, int classes, Noise noise, Map<String, LabelRisks> risks) {
    String id() {
      return stored.id();
    }

    int epoch() {
      return stored.weights.epoch();
    }
  }

  /** The runs of a study share images and network, so these are kept from one to the next. */
  private static final class Evaluation implements AutoCloseable {
    private record Kind(DataSpec data, String digest, NetworkKind network, Precision precision) {}

    private final Iterable<Loss> losses;
    private final Optional<String> place;
    private Kind kind;
    private TrainedNetwork network;

    Evaluation(Iterable<Loss> losses, Optional<String> place) {
      this.losses = losses;
      this.place = place;
    }

    Measured measure(Stored stored) throws IOException {
      RunRecord record = stored.run.record();
      take(record);
      network.load(stored.weights.read());
      int[] original = stored.run.original();
      Map<String, LabelRisks> risks = new LinkedHashMap<>();
      try (PointerScope scope = new PointerScope()) {
        Tensor logits = network.logits();
        if (!logits.isfinite().all().item_bool()) {
          throw new InputException(
              "at epoch " + stored.weights.epoch() + " its network's outputs are not finite");
        }
        for (Loss loss : losses) {
          risks.put(loss.spec(), LabelRisks.of(loss, logits, original));
        }
      }
      return new Measured(stored, record.data().classNames().size(), Noise.of(record), risks);
    }

    private void take(RunRecord record) {
      RunSpec spec = record.spec();
      Kind wanted =
          new Kind(
              spec.data(), record.data().digest(), spec.network(), spec.protocol().precision());
      if (wanted.equals(kind)) {
        return;
      }
      close();
      DataSet data = DataSets.load(place.map(path -> at(spec.data(), path)).orElse(spec.data()));
      if (!data.digest().equals(record.data().digest())) {
        throw new InputException(
            "the images of "
                + spec.data().dataset()
                + " are not those that it was trained on; --data names another place");
      }
      network = new TrainedNetwork(spec, data);
      kind = wanted;
    }

    private static DataSpec at(DataSpec data, String path) {
      return new DataSpec(
          data.dataset(),
          Optional.of(path),
          data.subset(),
          data.testSubset(),
          data.imageSize(),
          data.grey(),
          data.dataSeed());
    }

    @Override
    public void close() {
      if (network != null) {
        network.close();
        network = null;
        kind = null;
      }
    }
  }

  private static StudyTheory assemble(
      List<Measured> measured,
      Map<String, Loss> losses,
      List<Double> moreRates,
      List<String> notices) {
    TreeSet<Double> trained = new TreeSet<>();
    for (Measured network : measured) {
      network.noise().rate().ifPresent(trained::add);
    }
    trained.remove(0.0);
    TreeSet<Double> rates = new TreeSet<>(moreRates);
    rates.addAll(trained);
    rates.remove(0.0);
    double ofClean = trained.isEmpty() ? (rates.isEmpty() ? 0 : rates.last()) : trained.last();
    List<RiskPoint> own = new ArrayList<>();
    List<RiskPoint> atRates = new ArrayList<>();
    List<LossVerdict> verdicts = new ArrayList<>();
    int classes = measured.get(0).classes();
    for (Loss loss : losses.values()) {
      OptionalDouble declared = loss.symmetryConstant(classes);
      double constant = declared.orElse(meanSum(measured, loss.spec()));
      List<LossVerdict.Order> orders = new ArrayList<>();
      List<RiskPoint> points = new ArrayList<>();
      for (double rate : rates) {
        List<RiskPoint> atRate = new ArrayList<>();
        for (Measured network : measured) {
          atRate.add(symmetric(network, loss, constant, rate));
        }
        orders.add(LossVerdict.Order.of(rate, atRate));
        points.addAll(atRate);
      }
      atRates.addAll(points);
      verdicts.add(LossVerdict.of(LossCheck.of(loss, classes), constant, points, orders));
      for (Measured network : measured) {
        OptionalDouble rate = network.noise().rate();
        if (rate.isPresent()) {
          double used = rate.getAsDouble() == 0 ? ofClean : rate.getAsDouble();
          own.add(symmetric(network, loss, constant, used));
        } else {
          otherNoise(network, loss).ifPresent(own::add);
        }
      }
    }
    own.sort(Comparator.comparing(RiskPoint::run).thenComparingInt(RiskPoint::epoch));
    return new StudyTheory(own, atRates, verdicts, addNoiseNotices(measured, notices));
  }

  /** The mean over the networks of Σ_j L. */
  private static double meanSum(List<Measured> measured, String loss) {
    return measured.stream()
        .mapToDouble(network -> network.risks().get(loss).sumOverLabels())
        .average()
        .orElseThrow();
  }

  private static RiskPoint symmetric(Measured network, Loss loss, double constant, double rate) {
    LabelRisks risks = network.risks().get(loss.spec());
    double risk = risks.risk();
    return new RiskPoint(
        network.id(),
        network.epoch(),
        loss.spec(),
        loss.symmetryConstant(network.classes()).isPresent(),
        rate,
        risk,
        risks.noisyRisk(rate),
        rate == 0
            ? Double.NaN
            : new NoisyRiskLaw(network.classes(), rate).noisyRisk(risk, constant));
  }

  private static Optional<RiskPoint> otherNoise(Measured network, Loss loss) {
    double[][] transition = network.noise().transition();
    if (transition.length != network.classes()) {
      return Optional.empty();
    }
    LabelRisks risks = network.risks().get(loss.spec());
    return Optional.of(
        new RiskPoint(
            network.id(),
            network.epoch(),
            loss.spec(),
            loss.symmetryConstant(network.classes()).isPresent(),
            Double.NaN,
            risks.risk(),
            risks.noisyRisk(transition),
            Double.NaN));
  }

  /**
   * The noise of a run.
   *
   * @param transition K×K; empty where it is not known
   * @param rate η, if it is symmetric
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Noise(double[][] transition, OptionalDouble rate) {
    static Noise of(RunRecord record) {
      double[][] transition = transition(record);
      return new Noise(transition, NoisyRiskLaw.rateOf(transition));
    }

    /**
     * What was drawn stands in where the noise is no draw, or its file is no longer what it was.
     */
    private static double[][] transition(RunRecord record) {
      double[][] realized = record.noise().realizedMatrix();
      boolean ofSource =
          record.spec().noise().symmetricRate().equals(OptionalDouble.of(0))
              && record.noise().realizedRate() > 0;
      if (ofSource) {
        return realized;
      }
      try {
        LabelNoise noise = record.spec().noise();
        return noise.fingerprint().equals(record.noise().fingerprint())
            ? noise.transitionMatrix(record.data().classNames().size())
            : realized;
      } catch (InputException e) {
        return realized;
      }
    }
  }

  private static List<String> addNoiseNotices(List<Measured> measured, List<String> notices) {
    List<String> all = new ArrayList<>(notices);
    Set<String> told = new HashSet<>();
    for (Measured network : measured) {
      RunRecord record = network.stored().run.record();
      String noise = record.spec().noise().toString();
      if (network.noise().rate().isEmpty() && told.add(network.id())) {
        boolean known = network.noise().transition().length == network.classes();
        all.add(
            network.id()
                + ": the theorem's premise is absent, its noise "
                + (noise.equals("none") ? "(the labels of the source)" : noise)
                + " is not symmetric; "
                + (known
                    ? "noisy_risk is the expectation under its transition matrix, and nothing is"
                        + " predicted"
                    : "its transition matrix is not known, so it has no row in theory.csv"));
      }
    }
    return all;
  }
}

package dev.rote.theory;

import dev.rote.loss.Loss;
import dev.rote.loss.Losses;
import dev.rote.run.RiskPoint;
import dev.rote.run.RunRecord;
import dev.rote.run.StoredRun;
import dev.rote.run.StoredWeights;
import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares the theorem with the networks of a study: the risks of every loss of the study on every
 * network with stored weights, over the training set, with the exact expectation over the noise.
 *
 * @param own each network and loss under the noise of its run, by run, epoch and loss; networks
 *     trained without noise under the largest rate of the others, since the theorem says nothing
 *     about a rate of 0 (no prediction if no run has noise)
 * @param rates each network and loss at every rate of symmetric noise above 0 in the study, by
 *     loss, then rate
 * @param verdicts the conclusion for each loss
 * @param notices a line about each network or loss that is left out or has no prediction, with the
 *     reason
 */
public record StudyTheory(
    List<RiskPoint> own, List<RiskPoint> rates, List<LossVerdict> verdicts, List<String> notices) {

  /**
   * Additions to what the runs of the study specify.
   *
   * @param losses more losses
   * @param rates more rates of symmetric noise, in [0, 1]
   * @param data where the images are now, if they have moved
   */
  public record Options(List<LossSpec> losses, List<Double> rates, Optional<String> data) {
    /**
     * Checks the rates.
     *
     * @throws InputException if a rate is outside [0, 1]
     */
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

  /** Receives which network is being evaluated. */
  @FunctionalInterface
  public interface Listener {
    /** Evaluates network {@code number} of {@code networks}, from 1. */
    void evaluating(int number, int networks, String run, int epoch);
  }

  /** Copies the lists. */
  public StudyTheory {
    own = List.copyOf(own);
    rates = List.copyOf(rates);
    verdicts = List.copyOf(verdicts);
    notices = List.copyOf(notices);
  }

  /**
   * Evaluates all networks of a study, on as many threads as libtorch is set to use.
   *
   * @param out results directory of the study
   * @throws InputException if it holds no network that can be evaluated, with the first reason
   */
  public static StudyTheory of(Path out, Options options, Listener listener) throws IOException {
    List<StoredRun> runs = StoredRun.readAll(out);
    if (runs.isEmpty()) {
      throw new InputException(
          out + " holds no runs; train some with 'rote study --out " + out + "'");
    }
    List<String> notices = new ArrayList<>();
    Map<LossSpec, Loss> losses = losses(runs, options.losses(), notices);
    List<StoredNetwork> networks = networks(runs, notices);
    List<NetworkRisks> risks = new ArrayList<>();
    Map<String, String> refused = new LinkedHashMap<>();
    try (NetworkEvaluation evaluation = new NetworkEvaluation(losses, options.data())) {
      for (int i = 0; i < networks.size(); i++) {
        StoredNetwork network = networks.get(i);
        if (refused.containsKey(network.id())) {
          continue;
        }
        listener.evaluating(i + 1, networks.size(), network.id(), network.weights().epoch());
        try {
          risks.add(evaluation.risks(network));
        } catch (InputException e) {
          refused.put(network.id(), e.getMessage());
        }
      }
    }
    refused.forEach((run, reason) -> notices.add(run + " is left out: " + reason));
    if (risks.isEmpty()) {
      throw new InputException("no network of " + out + " can be evaluated: " + notices.get(0));
    }
    for (StoredRun run : runs) {
      run.damage().ifPresent(damage -> notices.add(run.record().id() + ": " + damage));
    }
    // A run may have several networks with the same notice.
    risks.stream().flatMap(network -> network.notice().stream()).distinct().forEach(notices::add);
    return new RiskComparison(risks, losses.values(), options.rates()).compare(notices);
  }

  private static Map<LossSpec, Loss> losses(
      List<StoredRun> runs, List<LossSpec> more, List<String> notices) {
    Map<LossSpec, Loss> losses = new LinkedHashMap<>();
    for (StoredRun run : runs) {
      try {
        Loss loss = Losses.of(run.record().spec().loss());
        losses.put(loss.spec(), loss);
      } catch (InputException e) {
        notices.add("the loss of " + run.record().id() + " is left out: " + e.getMessage());
      }
    }
    more.stream().map(Losses::of).forEach(loss -> losses.put(loss.spec(), loss));
    if (losses.isEmpty()) {
      throw new InputException("no loss can be evaluated: " + notices.get(0));
    }
    return losses;
  }

  private static List<StoredNetwork> networks(List<StoredRun> runs, List<String> notices)
      throws IOException {
    List<StoredNetwork> networks = new ArrayList<>();
    for (StoredRun run : runs) {
      try {
        List<StoredWeights> weights = run.weights();
        if (weights.isEmpty()) {
          notices.add(run.record().id() + " is left out: it has no weights yet");
        }
        weights.forEach(stored -> networks.add(new StoredNetwork(run, stored)));
      } catch (InputException e) {
        notices.add(run.record().id() + " is left out: " + e.getMessage());
      }
    }
    return networks;
  }

  /** The network of a run after one epoch. */
  record StoredNetwork(StoredRun run, StoredWeights weights) {
    String id() {
      return run.record().id();
    }

    RunRecord record() {
      return run.record();
    }
  }
}

package dev.rote.study;

import dev.rote.data.DataSpec;
import dev.rote.noise.LabelNoise;
import dev.rote.text.InputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A grid of runs: every loss with every noise at every seed, on one data set with one network and
 * protocol.
 *
 * @param losses the losses
 * @param noises how labels are altered
 * @param seeds seeds of the runs
 * @param lossRates learning rates of single losses, in place of the protocol's
 * @param keepWeights number of epochs after which weights are kept each time, for later evaluation;
 *     0: only the final ones. Does not affect results, so it is not part of a study's identity
 */
public record StudySpec(
    DataSpec data,
    NetworkName network,
    List<LossSpec> losses,
    List<LabelNoise> noises,
    List<Long> seeds,
    Protocol protocol,
    Map<LossSpec, Double> lossRates,
    int keepWeights) {

  public StudySpec {
    losses = List.copyOf(losses);
    noises = List.copyOf(noises);
    seeds = List.copyOf(seeds);
    lossRates = Map.copyOf(lossRates);
    refuseEmptyOrRepeated("loss", losses);
    refuseEmptyOrRepeated("noise", noises);
    refuseEmptyOrRepeated("seed", seeds);
    if (keepWeights < 0) {
      throw new InputException(
          "weights of every "
              + keepWeights
              + " epochs cannot be kept; give a number from 1, or 0 for none");
    }
    for (LossSpec loss : lossRates.keySet()) {
      if (!losses.contains(loss)) {
        throw new InputException(
            "a rate is given for loss '"
                + loss
                + "', which the study does not run; its losses: "
                + losses.stream().map(LossSpec::toString).collect(Collectors.joining(", ")));
      }
    }
  }

  /** Returns this study with its losses replaced, for example by their complete form. */
  public StudySpec withLosses(UnaryOperator<LossSpec> form) {
    Map<LossSpec, Double> rates = new LinkedHashMap<>();
    lossRates.forEach((loss, rate) -> rates.put(form.apply(loss), rate));
    return new StudySpec(
        data,
        network,
        losses.stream().map(form).toList(),
        noises,
        seeds,
        protocol,
        rates,
        keepWeights);
  }

  /**
   * Returns this study on a share of the images and with that share of the epochs, both rounded;
   * schedules follow ({@link Decay#scaled}).
   *
   * @param share in (0, 1]
   * @throws InputException if it is out of range, or the number of images is not known
   */
  public StudySpec scaled(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new InputException("--scale " + share + " is outside (0, 1]");
    }
    return new StudySpec(
        data.scaled(share),
        network,
        losses,
        noises,
        seeds,
        protocol.scaled(share),
        lossRates,
        keepWeights);
  }

  private static void refuseEmptyOrRepeated(String what, List<?> values) {
    if (values.isEmpty()) {
      throw new InputException("the study names no " + what);
    }
    HashSet<Object> seen = new HashSet<>();
    for (Object value : values) {
      if (!seen.add(value)) {
        throw new InputException(what + " '" + value + "' is given twice");
      }
    }
  }

  /** Returns the runs, seed by seed, so that a study that is cut short has whole comparisons. */
  public List<RunSpec> expand() {
    List<RunSpec> runs = new ArrayList<>();
    for (long seed : seeds) {
      for (LabelNoise noise : noises) {
        for (LossSpec loss : losses) {
          Double rate = lossRates.get(loss);
          Protocol own = rate == null ? protocol : protocol.withLearningRate(rate);
          runs.add(new RunSpec(data, noise, network, loss, own, seed));
        }
      }
    }
    return List.copyOf(runs);
  }
}

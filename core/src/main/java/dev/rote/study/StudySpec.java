package dev.rote.study;

import dev.rote.data.DataSpec;
import dev.rote.data.Inputs;
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
 * Runs on one data set with one network and protocol.
 *
 * @param grid which combinations are run
 * @param lossRates learning rates of single losses, in place of the protocol's
 * @param extras what runs do beside training
 */
public record StudySpec(
    DataSpec data,
    NetworkName network,
    Grid grid,
    Protocol protocol,
    Map<LossSpec, Double> lossRates,
    Extras extras) {
  /**
   * Every loss with every noise, on the images and on each alteration of them, at every seed.
   *
   * @param losses the losses
   * @param noises how labels are altered
   * @param inputs how images are altered
   * @param seeds seeds of the runs
   */
  public record Grid(
      List<LossSpec> losses, List<LabelNoise> noises, List<Inputs> inputs, List<Long> seeds) {
    public Grid {
      losses = List.copyOf(losses);
      noises = List.copyOf(noises);
      inputs = List.copyOf(inputs);
      seeds = List.copyOf(seeds);
      refuseEmptyOrRepeated("loss", losses);
      refuseEmptyOrRepeated("noise", noises);
      refuseEmptyOrRepeated("inputs", inputs);
      refuseEmptyOrRepeated("seed", seeds);
    }

    private Grid withLosses(UnaryOperator<LossSpec> form) {
      return new Grid(losses.stream().map(form).toList(), noises, inputs, seeds);
    }
  }

  public StudySpec {
    lossRates = Map.copyOf(lossRates);
    if (data.subset().subsample().isPresent()) {
      grid.noises.forEach(StudySpec::refuseNoiseOfEachSeed);
      if (!grid.inputs.equals(List.of(Inputs.NONE))) {
        throw new InputException(
            "with a subsample, every run must see the same images, and altered inputs are drawn anew for each seed: leave out inputs");
      }
    }
    for (LossSpec loss : lossRates.keySet()) {
      if (!grid.losses().contains(loss)) {
        throw new InputException(
            "a rate is given for loss '"
                + loss
                + "', which the study does not run; its losses: "
                + grid.losses().stream().map(LossSpec::toString).collect(Collectors.joining(", ")));
      }
    }
  }

  /** Returns this study with its losses replaced, for example by their complete form. */
  public StudySpec withLosses(UnaryOperator<LossSpec> form) {
    Map<LossSpec, Double> rates = new LinkedHashMap<>();
    lossRates.forEach((loss, rate) -> rates.put(form.apply(loss), rate));
    return new StudySpec(data, network, grid.withLosses(form), protocol, rates, extras);
  }

  /** Returns this study with its network under another name, for example its canonical one. */
  public StudySpec withNetwork(NetworkName name) {
    return new StudySpec(data, name, grid, protocol, lossRates, extras);
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
        data.scaled(share), network, grid, protocol.scaled(share), lossRates, extras);
  }

  /** Networks that are compared sample by sample must have seen the same labels. */
  private static void refuseNoiseOfEachSeed(LabelNoise noise) {
    if (!noise.sameAtEverySeed()) {
      throw new InputException(
          "with a subsample, every run must see the same labels, and %s draws them anew for each seed: write 'fixed(%s)'"
              .formatted(noise, noise));
    }
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
    for (long seed : grid.seeds()) {
      for (Inputs inputs : grid.inputs()) {
        for (LabelNoise noise : grid.noises()) {
          for (LossSpec loss : grid.losses()) {
            Double rate = lossRates.get(loss);
            Protocol own = rate == null ? protocol : protocol.withLearningRate(rate);
            runs.add(new RunSpec(data, inputs, noise, network, loss, own, seed));
          }
        }
      }
    }
    return List.copyOf(runs);
  }
}

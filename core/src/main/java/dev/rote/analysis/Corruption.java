package dev.rote.analysis;

import dev.rote.data.Inputs;
import dev.rote.noise.LabelNoise;
import dev.rote.run.Summary;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The runs of one loss on one kind of data, in the sense of Zhang et al. 2017: true images and
 * labels, other labels, or other images.
 *
 * @param runs the runs
 * @param base runs of the same loss and protocol on true images with original labels
 */
public record Corruption(Replicates runs, Optional<Replicates> base) {
  /** Labels that say nothing about the images. */
  public static final LabelNoise RANDOM_LABELS = LabelNoise.parse("uniform(1)");

  /** J1 from which a network has fitted its training set. */
  public static final double FITTED = 0.95;

  /**
   * Returns the kinds of data of a setting and of those that differ from it in nothing but the
   * inputs; empty if no inputs are altered.
   *
   * @param setting a setting on true images
   */
  public static List<Corruption> of(Evidence evidence, Setting setting) {
    List<Replicates> family =
        evidence.replicates().stream()
            .filter(group -> group.condition().setting().on(Inputs.NONE).equals(setting))
            .toList();
    boolean altered =
        family.stream().anyMatch(group -> group.condition().setting().inputs() != Inputs.NONE);
    return altered
        ? family.stream()
            .map(group -> new Corruption(group, evidence.cleanOf(group, setting)))
            .toList()
        : List.of();
  }

  /** Returns what is altered, in words: {@code nothing}, {@code gaussian, uniform(1)}. */
  public String label() {
    Condition condition = runs.condition();
    Inputs inputs = condition.setting().inputs();
    if (inputs == Inputs.NONE) {
      return condition.clean() ? "nothing" : condition.noise().toString();
    }
    return condition.clean() ? inputs.toString() : inputs + ", " + condition.noise();
  }

  /** Returns the first epoch in which J1 of a run reaches {@link #FITTED}. */
  public static OptionalInt epochsToFit(Summary run) {
    return run.run().epochs().stream()
        .filter(epoch -> epoch.memorization().j1() >= FITTED)
        .mapToInt(epoch -> epoch.epoch())
        .findFirst();
  }

  /** Returns how many runs are finished, whether they fitted or not. */
  public int finished() {
    return (int) runs.runs().stream().filter(run -> run.run().finished()).count();
  }

  /** Returns how many of the finished runs reach {@link #FITTED}. */
  public int fitted() {
    return (int)
        runs.runs().stream()
            .filter(run -> run.run().finished() && epochsToFit(run).isPresent())
            .count();
  }

  /** Returns the mean epochs to fit of the finished runs; empty unless all of them fit. */
  public OptionalDouble meanEpochsToFit() {
    return finished() > 0 && fitted() == finished()
        ? runs.runs().stream()
            .filter(run -> run.run().finished())
            .mapToInt(run -> epochsToFit(run).getAsInt())
            .average()
        : OptionalDouble.empty();
  }

  /** Returns the mean epochs to fit divided by those on true data; empty unless all runs fit. */
  public OptionalDouble relativeTime() {
    OptionalDouble own = meanEpochsToFit();
    OptionalDouble clean =
        base.isPresent()
            ? new Corruption(base.get(), Optional.empty()).meanEpochsToFit()
            : OptionalDouble.empty();
    return own.isPresent() && clean.isPresent()
        ? OptionalDouble.of(own.getAsDouble() / clean.getAsDouble())
        : OptionalDouble.empty();
  }
}

package dev.rote.analysis;

import dev.rote.noise.LabelNoise;
import dev.rote.run.RunRecord;
import dev.rote.study.LossSpec;
import java.util.OptionalDouble;

/**
 * What replicates share: everything but the seed.
 *
 * @param setting images, network and protocol
 * @param loss the loss
 * @param noise the noise
 * @param fingerprint the noise with a digest of its file, if it has one
 * @param learningRate the rate that this loss was given
 */
public record Condition(
    Setting setting, LossSpec loss, LabelNoise noise, String fingerprint, double learningRate) {

  /** Returns the condition of a run. */
  public static Condition of(RunRecord record) {
    return new Condition(
        Setting.of(record),
        record.spec().loss(),
        record.spec().noise(),
        record.noise().fingerprint(),
        record.spec().protocol().optimizer().rate());
  }

  /** Returns whether no label is altered. */
  public boolean clean() {
    return symmetricRate().equals(OptionalDouble.of(0));
  }

  /** Returns η where the noise is none or symmetric, as in the paper's protocol; else empty. */
  public OptionalDouble symmetricRate() {
    return noise.symmetricRate();
  }
}

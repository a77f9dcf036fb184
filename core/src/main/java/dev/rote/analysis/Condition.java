package dev.rote.analysis;

import dev.rote.run.RunRecord;
import dev.rote.text.Term;
import java.util.OptionalDouble;

/**
 * What a run is a replicate of: everything but the seed.
 *
 * @param setting images, network and protocol
 * @param loss text of the loss
 * @param noise text of the noise
 * @param fingerprint the noise with a digest of its file, if it has one
 * @param learningRate the rate that this loss was given
 */
public record Condition(
    Setting setting, String loss, String noise, String fingerprint, double learningRate) {

  /** The condition of a run. */
  public static Condition of(RunRecord record) {
    return new Condition(
        Setting.of(record),
        record.spec().loss(),
        record.spec().noise(),
        record.noise().fingerprint(),
        record.spec().protocol().optimizer().rate());
  }

  /** Whether the labels are as they were. */
  public boolean clean() {
    return noise.equals("none") || symmetricRate().equals(OptionalDouble.of(0));
  }

  /** η, where the noise is none or symmetric, as in the paper's protocol; else empty. */
  public OptionalDouble symmetricRate() {
    if (noise.equals("none")) {
      return OptionalDouble.of(0);
    }
    Term term = Term.parse(noise);
    return term.name().equals("symmetric")
        ? OptionalDouble.of(term.required("rate", 0).number())
        : OptionalDouble.empty();
  }
}

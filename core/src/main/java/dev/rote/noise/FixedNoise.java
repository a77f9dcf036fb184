package dev.rote.noise;

import dev.rote.data.LabelledImages;
import dev.rote.text.Term;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Another noise, drawn once: the observed labels are the same in every run, for every seed. Needed
 * where networks are compared sample by sample over seeds.
 *
 * @param noise draws the labels
 * @param seed seed of the draw: the labels are those that {@code noise} gives a run of this seed
 */
record FixedNoise(LabelNoise noise, long seed) implements LabelNoise {
  static final NoiseKind KIND = new NoiseKind("fixed", FixedNoise::read);

  private static final long USUAL_SEED = 1;

  private static FixedNoise read(Term term) {
    term.allow(1, "noise", "seed");
    Term inner = term.required("noise", 0);
    if (inner.name().equals(KIND.name())) {
      throw inner.error("fixed needs another noise, as in fixed(symmetric(0.4))");
    }
    Optional<Term> seed = term.argument("seed", -1);
    try {
      return new FixedNoise(
          Noises.read(inner), seed.map(s -> Long.parseLong(s.toString())).orElse(USUAL_SEED));
    } catch (NumberFormatException e) {
      throw seed.orElseThrow().error("seed '" + seed.get() + "' is not an integer");
    }
  }

  @Override
  public boolean sameAtEverySeed() {
    return true;
  }

  @Override
  public NoiseDraw draw(int[] original, long[] ids, int classes, long anySeed) {
    return noise.draw(original, ids, classes, seed);
  }

  @Override
  public NoiseDraw draw(LabelledImages images, long anySeed) {
    return noise.draw(images, seed);
  }

  @Override
  public double[][] transitionMatrix(int classes) {
    return noise.transitionMatrix(classes);
  }

  @Override
  public OptionalDouble symmetricRate() {
    return noise.symmetricRate();
  }

  @Override
  public void requireReadable() {
    noise.requireReadable();
  }

  private String with(String inner) {
    return "fixed(" + inner + (seed == USUAL_SEED ? ")" : ", seed=" + seed + ")");
  }

  @Override
  public String label() {
    return with(noise.label());
  }

  @Override
  public String fingerprint() {
    return with(noise.fingerprint());
  }

  @Override
  public String toString() {
    return with(noise.toString());
  }
}

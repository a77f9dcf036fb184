package dev.rote.noise;

import dev.rote.data.LabelledImages;
import java.util.OptionalDouble;

/** Every label as the source has it. */
record NoNoise() implements LabelNoise {
  static final NoiseKind KIND =
      new NoiseKind(
          "none",
          term -> {
            term.allow(0);
            return new NoNoise();
          });

  @Override
  public OptionalDouble symmetricRate() {
    return OptionalDouble.of(0);
  }

  @Override
  public NoiseDraw draw(int[] original, long[] ids, int classes, long seed) {
    NoiseDraw.requireClasses(classes);
    return NoiseDraw.of(original, original.clone(), classes);
  }

  @Override
  public NoiseDraw draw(LabelledImages images, long seed) {
    return NoiseDraw.of(images.originalLabels(), images.labels().clone(), images.classes());
  }

  @Override
  public boolean sameAtEverySeed() {
    return true;
  }

  @Override
  public double[][] transitionMatrix(int classes) {
    return new UniformNoise(0).transitionMatrix(classes);
  }

  @Override
  public String toString() {
    return "none";
  }
}

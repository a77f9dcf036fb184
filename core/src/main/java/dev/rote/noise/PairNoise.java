package dev.rote.noise;

import dev.rote.random.RandomStreams;
import dev.rote.text.Term;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The next class, k+1 modulo K, with probability {@code rate}.
 *
 * @param rate η in [0, 1]
 */
record PairNoise(double rate) implements LabelNoise {
  static final NoiseKind KIND = new NoiseKind("pair", term -> new PairNoise(NoiseKind.rate(term)));

  PairNoise {
    NoiseDraw.requireRate(rate);
  }

  @Override
  public NoiseDraw draw(int[] original, long[] ids, int classes, long seed) {
    NoiseDraw.requireClasses(classes);
    UniformRandomProvider random = RandomStreams.stream(seed, "noise");
    int[] observed = original.clone();
    for (int i = 0; i < observed.length; i++) {
      if (random.nextDouble() < rate) {
        observed[i] = (original[i] + 1) % classes;
      }
    }
    return NoiseDraw.of(original, observed, classes);
  }

  @Override
  public double[][] transitionMatrix(int classes) {
    NoiseDraw.requireClasses(classes);
    double[][] matrix = new double[classes][classes];
    for (int i = 0; i < classes; i++) {
      matrix[i][i] = 1 - rate;
      matrix[i][(i + 1) % classes] = rate;
    }
    return matrix;
  }

  @Override
  public String toString() {
    return "pair(" + Term.format(rate) + ")";
  }
}

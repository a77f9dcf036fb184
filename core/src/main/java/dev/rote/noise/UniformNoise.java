package dev.rote.noise;

import dev.rote.random.RandomStreams;
import dev.rote.text.Term;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * One of all K classes, uniformly, with probability {@code rate}; so a share η(K−1)/K is altered.
 *
 * @param rate η in [0, 1]
 */
record UniformNoise(double rate) implements LabelNoise {
  static final NoiseKind KIND =
      new NoiseKind("uniform", term -> new UniformNoise(NoiseKind.rate(term)));

  UniformNoise {
    NoiseDraw.requireRate(rate);
  }

  @Override
  public NoiseDraw draw(int[] original, long[] ids, int classes, long seed) {
    NoiseDraw.requireClasses(classes);
    UniformRandomProvider random = RandomStreams.stream(seed, "noise");
    int[] observed = original.clone();
    for (int i = 0; i < observed.length; i++) {
      boolean drawn = random.nextDouble() < rate;
      int any = random.nextInt(classes);
      if (drawn) {
        observed[i] = any;
      }
    }
    return NoiseDraw.of(original, observed, classes);
  }

  @Override
  public double[][] transitionMatrix(int classes) {
    NoiseDraw.requireClasses(classes);
    double[][] matrix = new double[classes][classes];
    for (int i = 0; i < classes; i++) {
      Arrays.fill(matrix[i], rate / classes);
      matrix[i][i] = 1 - rate * (classes - 1) / classes;
    }
    return matrix;
  }

  @Override
  public String toString() {
    return "uniform(" + Term.format(rate) + ")";
  }
}

package dev.rote.noise;

import dev.rote.random.RandomStreams;
import dev.rote.text.Term;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * One of the K−1 other classes, uniformly, with probability {@code rate} (Patel and Sastry 2021,
 * eq. 1).
 *
 * @param rate η in [0, 1]
 * @param exact whether, of each class, exactly η times its size are altered, rounded half up
 */
record SymmetricNoise(double rate, boolean exact) implements LabelNoise {
  static final NoiseKind KIND = new NoiseKind("symmetric", SymmetricNoise::read);

  SymmetricNoise {
    NoiseDraw.requireRate(rate);
  }

  private static SymmetricNoise read(Term term) {
    term.allow(2, "rate");
    // without a name the rate is itself the first of the unnamed arguments
    boolean named = term.arguments().stream().anyMatch(a -> a.key().isPresent());
    double rate = term.required("rate", named ? -1 : 0).number();
    Optional<Term> word = term.argument("", named ? 0 : 1);
    if (word.isPresent() && !word.get().toString().equals("exact")) {
      throw word.get().error("symmetric takes 'exact' after the rate, not '" + word.get() + "'");
    }
    return new SymmetricNoise(rate, word.isPresent());
  }

  @Override
  public OptionalDouble symmetricRate() {
    return OptionalDouble.of(rate);
  }

  @Override
  public NoiseDraw draw(int[] original, long[] ids, int classes, long seed) {
    NoiseDraw.requireClasses(classes);
    boolean[] chosen = exact ? exactly(original, classes, seed) : new boolean[0];
    UniformRandomProvider random = RandomStreams.stream(seed, "noise");
    int[] observed = original.clone();
    for (int i = 0; i < observed.length; i++) {
      // both are drawn for every sample, so that draws at different rates stay paired
      boolean altered = random.nextDouble() < rate;
      int other = (original[i] + 1 + random.nextInt(classes - 1)) % classes;
      if (exact ? chosen[i] : altered) {
        observed[i] = other;
      }
    }
    return NoiseDraw.of(original, observed, classes);
  }

  private boolean[] exactly(int[] original, int classes, long seed) {
    int[] size = new int[classes];
    for (int label : original) {
      size[label]++;
    }
    int[] left = new int[classes];
    for (int k = 0; k < classes; k++) {
      // decimal, so that 0.145 of 100 is exactly 14.5
      left[k] =
          BigDecimal.valueOf(rate)
              .multiply(BigDecimal.valueOf(size[k]))
              .setScale(0, RoundingMode.HALF_UP)
              .intValueExact();
    }
    boolean[] chosen = new boolean[original.length];
    for (long i : RandomStreams.permutation(original.length, seed, "noise", 1)) {
      if (left[original[(int) i]] > 0) {
        left[original[(int) i]]--;
        chosen[(int) i] = true;
      }
    }
    return chosen;
  }

  @Override
  public double[][] transitionMatrix(int classes) {
    NoiseDraw.requireClasses(classes);
    double[][] matrix = new double[classes][classes];
    for (int i = 0; i < classes; i++) {
      Arrays.fill(matrix[i], rate / (classes - 1));
      matrix[i][i] = 1 - rate;
    }
    return matrix;
  }

  @Override
  public String toString() {
    return "symmetric(" + Term.format(rate) + (exact ? ", exact)" : ")");
  }
}

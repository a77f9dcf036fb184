package dev.rote.audit;

import dev.rote.noise.LabelNoise;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Predictions of a network that does not exist: logits are a class's direction plus noise, so that
 * the right posterior is known.
 *
 * @param original true classes
 * @param heldOut predictions beside the noisy labels
 */
@SuppressWarnings("ArrayRecordComponent")
record SimulatedNetwork(int[] original, HeldOut heldOut) {
  static final int CLASSES = 10;

  /**
   * Draws one.
   *
   * @param separation of the classes: 3.5 makes 96% of the predictions right
   * @param boldness 1: probabilities are right; 2: twice as sure as is right
   */
  static SimulatedNetwork of(
      int samples, String noise, double separation, double boldness, long seed) {
    Random random = new Random(seed);
    int[] original = random.ints(samples, 0, CLASSES).toArray();
    float[][] probabilities = new float[samples][CLASSES];
    for (int i = 0; i < samples; i++) {
      double[] z = new double[CLASSES];
      double sum = 0;
      for (int k = 0; k < CLASSES; k++) {
        double evidence = random.nextGaussian() + (k == original[i] ? separation : 0);
        z[k] = Math.exp(boldness * separation * (evidence - separation));
        sum += z[k];
      }
      for (int k = 0; k < CLASSES; k++) {
        probabilities[i][k] = (float) (z[k] / sum);
      }
    }
    long[] ids = IntStream.range(0, samples).asLongStream().toArray();
    int[] observed = LabelNoise.parse(noise).draw(original, ids, CLASSES, seed).observed();
    List<String> names = IntStream.range(0, CLASSES).mapToObj(k -> "class " + k).toList();
    return new SimulatedNetwork(original, new HeldOut(probabilities, observed, names));
  }

  /**
   * Labels as people give them: who labels sees the sample as the network does, in part, and takes
   * the class with most evidence. Samples that are hard for one are hard for the other, and
   * mistaken for the same classes.
   *
   * @param eye separation of the classes for who labels: 2.9 makes 10% of the labels wrong, 1.6 40%
   * @param shared share of the evidence's variance that both see, in [0, 1]
   */
  static SimulatedNetwork likeness(
      int samples, double eye, double shared, double separation, double boldness, long seed) {
    Random random = new Random(seed);
    int[] original = random.ints(samples, 0, CLASSES).toArray();
    int[] observed = new int[samples];
    float[][] probabilities = new float[samples][CLASSES];
    for (int i = 0; i < samples; i++) {
      double[] z = new double[CLASSES];
      double sum = 0;
      double most = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < CLASSES; k++) {
        double seen = Math.sqrt(shared) * random.nextGaussian();
        double rest = Math.sqrt(1 - shared);
        double right = k == original[i] ? 1 : 0;
        double evidence = separation * right + seen + rest * random.nextGaussian();
        double human = eye * right + seen + rest * random.nextGaussian();
        if (human > most) {
          most = human;
          observed[i] = k;
        }
        z[k] = Math.exp(boldness * separation * (evidence - separation));
        sum += z[k];
      }
      for (int k = 0; k < CLASSES; k++) {
        probabilities[i][k] = (float) (z[k] / sum);
      }
    }
    List<String> names = IntStream.range(0, CLASSES).mapToObj(k -> "class " + k).toList();
    return new SimulatedNetwork(original, new HeldOut(probabilities, observed, names));
  }

  double realizedRate() {
    int wrong = 0;
    for (int i = 0; i < original.length; i++) {
      wrong += original[i] == heldOut.labels()[i] ? 0 : 1;
    }
    return (double) wrong / original.length;
  }
}

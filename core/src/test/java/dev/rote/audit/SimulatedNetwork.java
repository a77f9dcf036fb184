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
}

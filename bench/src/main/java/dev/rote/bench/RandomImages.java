package dev.rote.bench;

import dev.rote.data.DataSet;
import dev.rote.data.LabelledImages;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Noise in the shape of a data set: speed does not depend on the content of images. */
record RandomImages(Workload workload, int training, int test) {
  /** Returns the class of each of n images. */
  static int[] labels(int n) {
    return new Random(n).ints(n, 0, Workload.CLASSES).toArray();
  }

  /** Values of n images, normal with mean 0 and deviation 1. */
  static float[] standardized(int n, Workload workload) {
    Random random = new Random(n);
    float[] values = new float[n * workload.shape().values()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Returns the images as bytes, which Rote reads. */
  DataSet dataSet() {
    return new DataSet(
        "noise", images(training), test == 0 ? Optional.empty() : Optional.of(images(test)));
  }

  private LabelledImages images(int n) {
    byte[] pixels = new byte[n * workload.shape().values()];
    new Random(n).nextBytes(pixels);
    List<String> classes =
        IntStream.range(0, Workload.CLASSES).mapToObj(Integer::toString).toList();
    return new LabelledImages(
        workload.shape(),
        classes,
        pixels,
        labels(n),
        Optional.empty(),
        new long[n],
        Optional.empty());
  }
}

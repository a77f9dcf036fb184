package dev.rote.data;

import dev.rote.random.RandomStreams;
import dev.rote.text.InputException;

/**
 * A seeded draw of images with the same number from each class.
 *
 * <p>All images of small classes are taken, and the other classes share the rest. The remainder
 * goes to classes in random order. Images keep the order of the source, and a smaller subset of one
 * seed lies within a larger one but for what did not divide.
 */
final class ClassBalancedSubset {
  private ClassBalancedSubset() {}

  /**
   * @param part {@code train} or {@code test}: each has its own random stream
   */
  static LabelledImages draw(LabelledImages images, int size, long seed, String part) {
    int classes = images.classes();
    if (size > images.size()) {
      throw new InputException(
          "a subset of %d is larger than the %d %s images; ask for at most %d"
              .formatted(size, images.size(), part, images.size()));
    }
    if (size < classes) {
      throw new InputException(
          "a subset of %d %s images cannot hold all %d classes; ask for at least %d"
              .formatted(size, part, classes, classes));
    }
    int[] labels = images.originalLabels();
    int[] present = new int[classes];
    for (int label : labels) {
      present[label]++;
    }
    int[] quota =
        quotas(present, size, RandomStreams.permutation(classes, seed, part + " quota", 0));
    boolean[] chosen = new boolean[images.size()];
    for (long position : RandomStreams.permutation(images.size(), seed, part + " subset", 0)) {
      int p = (int) position;
      if (quota[labels[p]] > 0) {
        quota[labels[p]]--;
        chosen[p] = true;
      }
    }
    int[] positions = new int[size];
    int next = 0;
    for (int p = 0; p < chosen.length; p++) {
      if (chosen[p]) {
        positions[next++] = p;
      }
    }
    return images.select(positions);
  }

  /** Returns how many of each class make {@code size} in all, none more than are present. */
  static int[] quotas(int[] present, int size, long[] order) {
    int[] quota = new int[present.length];
    int left = size;
    while (left > 0) {
      int open = 0;
      for (int k = 0; k < quota.length; k++) {
        open += quota[k] < present[k] ? 1 : 0;
      }
      int share = left / open;
      for (long k : order) {
        int wanted = share > 0 ? share : Math.min(1, left);
        int given = Math.min(wanted, present[(int) k] - quota[(int) k]);
        quota[(int) k] += given;
        left -= given;
      }
    }
    return quota;
  }
}

package dev.rote.data;

import dev.rote.random.RandomStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One of several parts of the training images, of equal size and the same share of every label.
 *
 * @param index which part is held out, from 0
 * @param count number of parts, at least 2
 * @param repeat which division into parts, from 0: each is drawn anew
 */
public record Fold(int index, int count, int repeat) {
  public Fold {
    if (count < 2 || index < 0 || index >= count || repeat < 0) {
      throw new IllegalArgumentException("fold " + index + " of " + count + ", repeat " + repeat);
    }
  }

  /** A part of the first division. */
  public Fold(int index, int count) {
    this(index, count, 0);
  }

  /**
   * Returns the other parts as training images, and this one in place of the test images.
   *
   * @param seed {@link DataSpec#dataSeed} of the images
   */
  public DataSet split(DataSet all, long seed) {
    int[] part = parts(all.train().labels(), all.train().classes(), seed);
    List<Integer> train = new ArrayList<>();
    List<Integer> held = new ArrayList<>();
    for (int i = 0; i < part.length; i++) {
      (part[i] == index ? held : train).add(i);
    }
    return new DataSet(
        all.name(),
        all.train().select(train.stream().mapToInt(Integer::intValue).toArray()),
        Optional.of(all.train().select(held.stream().mapToInt(Integer::intValue).toArray())));
  }

  /**
   * Returns the part of each sample in this division: within each label, in random order, one part
   * after another.
   */
  public int[] parts(int[] labels, int classes, long seed) {
    int[] next = new int[classes];
    for (int k = 0; k < classes; k++) {
      next[k] = k % count; // so that leftovers do not all go to the first part
    }
    int[] part = new int[labels.length];
    String stream = repeat == 0 ? "folds" : "folds " + repeat;
    for (long position : RandomStreams.permutation(labels.length, seed, stream, count)) {
      int label = labels[(int) position];
      part[(int) position] = next[label];
      next[label] = (next[label] + 1) % count;
    }
    return part;
  }
}

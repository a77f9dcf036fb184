package dev.rote.train;

import dev.rote.random.RandomStreams;
import dev.rote.study.Augmentation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The random changes of the training images of one epoch: mirrored or not, and moved how far. They
 * depend on the seed, the epoch and the image's position alone, so that runs that differ in their
 * loss see the same images, and a run that was interrupted goes on with the same ones.
 */
final class ImageChanges {
  private final boolean[] mirrored;
  private final int[] down;
  private final int[] right;

  ImageChanges(Augmentation augmentation, int images, long seed, int epoch) {
    UniformRandomProvider random = RandomStreams.stream(seed, "augmentation " + epoch);
    mirrored = new boolean[images];
    down = new int[images];
    right = new int[images];
    int places = 2 * augmentation.shift() + 1;
    for (int i = 0; i < images; i++) {
      mirrored[i] = augmentation.flip() && random.nextBoolean();
      down[i] = random.nextInt(places) - augmentation.shift();
      right[i] = random.nextInt(places) - augmentation.shift();
    }
  }

  /**
   * Copies one image, changed.
   *
   * @param source all images, {@code [N,C,H,W]}
   * @param i which
   * @param target where {@code C·H·W} bytes are written
   * @param at from here
   */
  void copy(ByteBuffer source, int i, int channels, int height, int width, byte[] target, int at) {
    Arrays.fill(target, at, at + channels * height * width, (byte) 0);
    int kept = width - Math.abs(right[i]);
    if (kept <= 0) {
      return;
    }
    for (int c = 0; c < channels; c++) {
      for (int y = Math.max(0, down[i]); y < height + Math.min(0, down[i]); y++) {
        int from = ((i * channels + c) * height + y - down[i]) * width + Math.max(0, -right[i]);
        int to = at + (c * height + y) * width + Math.max(0, right[i]);
        source.get(from, target, to, kept);
        if (mirrored[i]) {
          mirror(target, at + (c * height + y) * width, width);
        }
      }
    }
  }

  private static void mirror(byte[] row, int start, int length) {
    for (int left = start, end = start + length - 1; left < end; left++, end--) {
      byte kept = row[left];
      row[left] = row[end];
      row[end] = kept;
    }
  }
}

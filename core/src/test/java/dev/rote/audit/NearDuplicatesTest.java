package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.data.Duplicates;
import dev.rote.data.ImageShape;
import dev.rote.data.LabelledImages;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
  private static final int SIDE = 24;
  private static final int BYTES = 3 * SIDE * SIDE;
  private static final int IMAGES = 60;

  /** Sums of waves, so that neighbouring pixels are alike, as in photographs. */
  private static byte[] photographs() {
    Random random = new Random(3);
    byte[] pixels = new byte[IMAGES * BYTES];
    for (int i = 0; i < IMAGES; i++) {
      double[] value = new double[BYTES];
      for (int wave = 0; wave < 8; wave++) {
        double across = random.nextGaussian() / 4;
        double down = random.nextGaussian() / 4;
        double phase = 6 * random.nextDouble();
        double[] colour = random.doubles(3, -15, 15).toArray();
        for (int d = 0; d < BYTES; d++) {
          int y = d % (SIDE * SIDE) / SIDE;
          value[d] += colour[d / SIDE / SIDE] * Math.cos(across * (d % SIDE) + down * y + phase);
        }
      }
      for (int d = 0; d < BYTES; d++) {
        pixels[i * BYTES + d] = (byte) Math.max(0, Math.min(255, 128 + 2 * value[d]));
      }
    }
    return pixels;
  }

  /** Makes image {@code to} a darker copy of {@code from} with the noise of a compression. */
  private static void copy(byte[] pixels, int from, int to) {
    Random random = new Random(to);
    for (int d = 0; d < BYTES; d++) {
      double value = 0.7 * (pixels[from * BYTES + d] & 0xff) + 20 + 2 * random.nextGaussian();
      pixels[to * BYTES + d] = (byte) Math.max(0, Math.min(255, value));
    }
  }

  private static List<Duplicates.Group> near(byte[] pixels, int[] labels) {
    return NearDuplicates.of(
        new LabelledImages(
            new ImageShape(3, SIDE, SIDE),
            List.of("cat", "dog", "hen"),
            pixels,
            labels,
            Optional.empty(),
            IntStream.range(0, IMAGES).asLongStream().toArray(),
            Optional.empty()),
        labels);
  }

  @Test
  void alteredCopiesWithAnotherLabelAreFoundAndNothingElse() {
    byte[] pixels = photographs();
    int[] labels = IntStream.range(0, IMAGES).map(i -> i % 3).toArray();
    assertThat(near(pixels, labels)).as("different photographs").isEmpty();
    copy(pixels, 10, 20); // 1 and 2
    copy(pixels, 10, 31); // 1 and 1, but near to 20
    copy(pixels, 41, 50); // 2 and 2
    System.arraycopy(pixels, 3 * BYTES, pixels, 4 * BYTES, BYTES); // exactly the same
    IntStream.range(0, 2 * BYTES).forEach(d -> pixels[55 * BYTES + d] = (byte) 200); // blank
    assertThat(near(pixels, labels))
        .containsExactly(new Duplicates.Group(List.of(10, 20, 31), List.of(1, 2, 1)));
  }
}

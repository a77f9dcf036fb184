package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.random.RandomStreams;
import dev.rote.text.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

final class InputsTest {
  private static final int SIDE = 16;
  private static final int PLANE = SIDE * SIDE;

  /** Colour images whose channels have means 20, 120, 240 and are correlated. */
  private static LabelledImages colour(int n, long seed) {
    UniformRandomProvider random = RandomStreams.stream(seed, "test");
    byte[] pixels = new byte[n * 3 * PLANE];
    for (int i = 0; i < n; i++) {
      for (int p = 0; p < PLANE; p++) {
        int common = random.nextInt(30);
        pixels[3 * i * PLANE + p] = (byte) (5 + common);
        pixels[(3 * i + 1) * PLANE + p] = (byte) (105 + common / 2 + random.nextInt(16));
        pixels[(3 * i + 2) * PLANE + p] = (byte) (255 - common);
      }
    }
    return new LabelledImages(
        ImageShape.square(3, SIDE),
        List.of("a", "b"),
        pixels,
        IntStream.range(0, n).map(i -> i % 2).toArray(),
        Optional.empty(),
        LongStream.range(0, n).map(i -> 10 * i).toArray(),
        Optional.empty());
  }

  private static DataSet colourSet() {
    return new DataSet("colour", colour(40, 1), Optional.of(colour(20, 2)));
  }

  @Test
  void imagesAreUntouchedWhereNothingIsAltered() {
    DataSet data = colourSet();
    assertThat(Inputs.NONE.of(data, 1)).isSameAs(data);
  }

  @Test
  void onePermutationMovesThePixelsOfAllImagesAndChannels() {
    DataSet data = colourSet();
    DataSet shuffled = Inputs.SHUFFLED_PIXELS.of(data, 3);
    int[] order = order(mark(data.train()), 3, Inputs.SHUFFLED_PIXELS, 0);
    assertThat(order).containsExactlyInAnyOrder(IntStream.range(0, PLANE).toArray());
    assertThat(order).isNotEqualTo(IntStream.range(0, PLANE).toArray());
    requirePermuted(data.train(), shuffled.train(), i -> order);
    requirePermuted(data.test().orElseThrow(), shuffled.test().orElseThrow(), i -> order);
    assertThat(shuffled.train().labels()).isEqualTo(data.train().labels());
    assertThat(order(mark(data.train()), 4, Inputs.SHUFFLED_PIXELS, 0)).isNotEqualTo(order);
  }

  @Test
  void everyImageHasItsOwnPermutationWhichFollowsItsId() {
    DataSet data = colourSet();
    LabelledImages altered = Inputs.RANDOM_PIXELS.of(data, 3).train();
    int[] first = order(mark(data.train()), 3, Inputs.RANDOM_PIXELS, 0);
    int[] second = order(mark(data.train()), 3, Inputs.RANDOM_PIXELS, 1);
    assertThat(first).containsExactlyInAnyOrder(IntStream.range(0, PLANE).toArray());
    assertThat(second).containsExactlyInAnyOrder(IntStream.range(0, PLANE).toArray());
    assertThat(first).isNotEqualTo(second);
    requirePermuted(
        data.train(), altered, i -> order(mark(data.train()), 3, Inputs.RANDOM_PIXELS, i));

    int[] some = {7, 3, 20};
    DataSet part = new DataSet("colour", data.train().select(some), Optional.empty());
    assertThat(Inputs.RANDOM_PIXELS.of(part, 3).train().pixels())
        .isEqualTo(altered.select(some).pixels());
  }

  /** Numbers the pixels of every image and channel, 0 to 255. */
  private static LabelledImages mark(LabelledImages images) {
    byte[] pixels = new byte[images.pixels().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % PLANE);
    }
    return images.withPixels(pixels);
  }

  /** Returns where each pixel of an image comes from. */
  private static int[] order(LabelledImages marked, long seed, Inputs inputs, int image) {
    byte[] pixels =
        inputs.of(new DataSet("marked", marked, Optional.empty()), seed).train().pixels();
    return IntStream.range(0, PLANE).map(p -> pixels[3 * image * PLANE + p] & 0xff).toArray();
  }

  private static void requirePermuted(
      LabelledImages from, LabelledImages to, java.util.function.IntFunction<int[]> orders) {
    for (int i = 0; i < from.size(); i++) {
      int[] order = orders.apply(i);
      for (int c = 0; c < 3; c++) {
        int start = (3 * i + c) * PLANE;
        for (int p = 0; p < PLANE; p++) {
          assertThat(to.pixels()[start + p]).isEqualTo(from.pixels()[start + order[p]]);
        }
      }
    }
  }

  @Test
  void gaussianImagesHaveTheMomentsOfTheImagesAfterStandardization() {
    DataSet data = colourSet();
    DataSet gaussian = Inputs.GAUSSIAN.of(data, 5);
    // What networks see of the images: mean 0, deviation 1, and correlations.
    double[][] expected = covariance(standardized(data, data.train()));
    double[][] seen = standardized(gaussian, gaussian.train());
    // 40 · 256 values: their mean is within 4 / √10240 = 0.04.
    for (double[] channel : seen) {
      assertThat(Arrays.stream(channel).average().orElseThrow()).isCloseTo(0, within(1e-4));
    }
    double[][] actual = covariance(seen);
    for (int c = 0; c < 3; c++) {
      for (int d = 0; d < 3; d++) {
        assertThat(actual[c][d]).isCloseTo(expected[c][d], within(0.06));
      }
    }
    assertThat(expected[0][2]).isLessThan(-0.99);
    double[] grey = seen[1];
    // Normal: 0.2699 % of the values lie beyond 3 deviations, kurtosis 3.
    double fourth = Arrays.stream(grey).map(z -> z * z * z * z).average().orElseThrow();
    assertThat(fourth).isCloseTo(3, within(0.25));
    // Neighbouring pixels are independent.
    double neighbours = 0;
    for (int p = 0; p + 1 < grey.length; p++) {
      neighbours += grey[p] * grey[p + 1] / grey.length;
    }
    assertThat(neighbours).isCloseTo(0, within(0.05));
    assertThat(gaussian.train().pixels()).isEqualTo(Inputs.GAUSSIAN.of(data, 5).train().pixels());
    assertThat(gaussian.train().pixels())
        .isNotEqualTo(Inputs.GAUSSIAN.of(data, 6).train().pixels());
    assertThat(gaussian.test().orElseThrow().pixels())
        .isNotEqualTo(Arrays.copyOf(gaussian.train().pixels(), 20 * 3 * PLANE));
  }

  /** Gaussian images also keep the differences between the channels that one image shows. */
  @Test
  void gaussianImagesKeepTheDistancesOfTheChannels() {
    DataSet data = colourSet();
    double[] before = means(data.train());
    double[] after = means(Inputs.GAUSSIAN.of(data, 5).train());
    double ratio = (after[2] - after[0]) / (before[2] - before[0]);
    assertThat((after[1] - after[0]) / (before[1] - before[0])).isCloseTo(ratio, within(0.01));
  }

  @Test
  void imagesOfOneGreyLevelAreNoObstacle() {
    DataSet data = colourSet();
    byte[] same = new byte[data.train().pixels().length];
    Arrays.fill(same, (byte) 100);
    DataSet flat = new DataSet("flat", data.train().withPixels(same), Optional.empty());
    byte[] drawn = Inputs.GAUSSIAN.of(flat, 1).train().pixels();
    assertThat(IntStream.range(0, drawn.length).map(i -> drawn[i] & 0xff))
        .allMatch(value -> value == drawn[0] + 256 * (drawn[0] < 0 ? 1 : 0));
  }

  @Test
  void textFormsAreReadBackAndOthersRefused() {
    for (Inputs inputs : Inputs.values()) {
      assertThat(Inputs.parse(inputs.toString())).isEqualTo(inputs);
    }
    assertThatThrownBy(() -> Inputs.parse("suffled-pixels"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("shuffled-pixels");
  }

  private static double[] means(LabelledImages images) {
    double[] means = new double[3];
    for (int i = 0; i < images.pixels().length; i++) {
      means[i / PLANE % 3] += (images.pixels()[i] & 0xff) / (double) (images.size() * PLANE);
    }
    return means;
  }

  /** Returns the values of each channel as networks see them. */
  private static double[][] standardized(DataSet data, LabelledImages images) {
    ChannelStatistics statistics = ChannelStatistics.of(data);
    double[][] values = new double[3][images.size() * PLANE];
    for (int i = 0; i < images.size(); i++) {
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < PLANE; p++) {
          values[c][i * PLANE + p] =
              (images.pixels()[(3 * i + c) * PLANE + p] & 0xff) * statistics.scale()[c]
                  + statistics.shift()[c];
        }
      }
    }
    return values;
  }

  private static double[][] covariance(double[][] values) {
    double[][] covariance = new double[3][3];
    for (int c = 0; c < 3; c++) {
      for (int d = 0; d < 3; d++) {
        for (int i = 0; i < values[c].length; i++) {
          covariance[c][d] += values[c][i] * values[d][i] / values[c].length;
        }
      }
    }
    return covariance;
  }
}

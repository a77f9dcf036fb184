package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GlyphsTest {
  private static final int PIXELS = Glyphs.SIDE * Glyphs.SIDE;

  private static DataSpec spec(Optional<Integer> train, Optional<Integer> test, long seed) {
    return DataSpec.of("glyphs", Optional.empty()).withSubset(train, test).withDataSeed(seed);
  }

  private static DataSet glyphs(int train, int test, long seed) {
    return DataSets.load(spec(Optional.of(train), Optional.of(test), seed));
  }

  private static double[] image(LabelledImages images, int i) {
    double[] image = new double[PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      image[p] = Byte.toUnsignedInt(images.pixels()[i * PIXELS + p]);
    }
    return image;
  }

  @Test
  void defaultSizesAreBalanced() {
    DataSet data = DataSets.load(spec(Optional.empty(), Optional.empty(), 1));
    assertThat(RealData.counts(data.train())).hasSize(10).containsOnly(200);
    assertThat(RealData.counts(data.test().orElseThrow())).containsOnly(100);
    assertThat(data.train().shape().height()).isEqualTo(28);
    assertThat(data.train().shape().channels()).isEqualTo(1);
  }

  @Test
  void aSeedDecidesEveryPixel() {
    assertThat(glyphs(50, 20, 3).digest()).isEqualTo(glyphs(50, 20, 3).digest());
    assertThat(glyphs(50, 20, 3).digest()).isNotEqualTo(glyphs(50, 20, 4).digest());
  }

  /** Computed when each pixel was compared with every segment. Runs are named by these digests. */
  @Test
  void theImagesOfASeedStayTheSame() {
    assertThat(glyphs(6000, 1000, 0).digest())
        .isEqualTo("585ff908f67feb09b91adb812ef402700ea807927dcf828f43b929c174a59589");
    assertThat(glyphs(6000, 1000, 1).digest())
        .isEqualTo("eec9c6ac26ed35be96347b55d72e72dddb925adb469e566410997cbb64a05ab2");
  }

  @Test
  void anImageDoesNotDependOnHowManyAreDrawn() {
    LabelledImages few = glyphs(13, 7, 5).train();
    LabelledImages many = glyphs(100, 31, 5).train();
    assertThat(Arrays.copyOf(many.labels(), 13)).isEqualTo(few.labels());
    assertThat(Arrays.copyOf(many.pixels(), 13 * PIXELS)).isEqualTo(few.pixels());
    assertThat(many.ids()[42]).isEqualTo(42);
  }

  @Test
  void trainingAndTestImagesDiffer() {
    DataSet data = glyphs(200, 200, 6);
    Set<String> seen = new HashSet<>();
    for (LabelledImages part : new LabelledImages[] {data.train(), data.test().orElseThrow()}) {
      for (int i = 0; i < part.size(); i++) {
        seen.add(Arrays.toString(image(part, i)));
      }
    }
    assertThat(seen).hasSize(400);
  }

  @Test
  void positionThicknessAndBrightnessVary() {
    LabelledImages images = glyphs(200, 10, 7).train();
    double[] left = {99, -99};
    double[] ink = {1e9, 0};
    double[] brightest = {255, 0};
    for (int i = 0; i < images.size(); i++) {
      double[] image = image(images, i);
      double mass = 0;
      double moment = 0;
      for (int p = 0; p < PIXELS; p++) {
        double value = image[p] > 100 ? 1 : 0;
        mass += value;
        moment += value * (p % 28);
      }
      double centre = moment / mass;
      left[0] = Math.min(left[0], centre);
      left[1] = Math.max(left[1], centre);
      ink[0] = Math.min(ink[0], mass);
      ink[1] = Math.max(ink[1], mass);
      double top = Arrays.stream(image).max().orElseThrow();
      brightest[0] = Math.min(brightest[0], top);
      brightest[1] = Math.max(brightest[1], top);
    }
    assertThat(left[1] - left[0]).isGreaterThan(3);
    assertThat(ink[1] / ink[0]).isGreaterThan(2.5);
    assertThat(brightest[0]).isLessThan(220);
  }

  /** No glyph touches the margin, so none is cut off. */
  @Test
  void glyphsLieWithinTheImage() {
    LabelledImages images = glyphs(1000, 10, 8).train();
    for (int i = 0; i < images.size(); i++) {
      double[] image = image(images, i);
      for (int p = 0; p < 28; p++) {
        for (int edge : new int[] {p, 27 * 28 + p, p * 28, p * 28 + 27}) {
          assertThat(image[edge]).as("image %d pixel %d", i, edge).isLessThan(140);
        }
      }
    }
  }

  /**
   * Each class is nearer to its own mean image than to the others far more often than by chance.
   */
  @Test
  void classesCanBeToldApart() {
    DataSet data = glyphs(2000, 500, 9);
    double[][] means = new double[10][PIXELS];
    for (int i = 0; i < 2000; i++) {
      double[] image = image(data.train(), i);
      for (int p = 0; p < PIXELS; p++) {
        means[data.train().labels()[i]][p] += image[p] / 200;
      }
    }
    LabelledImages test = data.test().orElseThrow();
    int right = 0;
    for (int i = 0; i < 500; i++) {
      double[] image = image(test, i);
      int best = 0;
      double highest = -2;
      for (int k = 0; k < 10; k++) {
        double correlation = correlation(image, means[k]);
        if (correlation > highest) {
          highest = correlation;
          best = k;
        }
      }
      right += best == test.labels()[i] ? 1 : 0;
    }
    assertThat(right / 500.0).isGreaterThan(0.6);
  }

  private static double correlation(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }
}

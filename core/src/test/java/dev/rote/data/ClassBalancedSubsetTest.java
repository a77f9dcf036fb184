package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.text.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ClassBalancedSubsetTest {
  /** Images whose two pixels are their id, of classes with the given numbers of images. */
  private static LabelledImages images(int... sizes) {
    int n = Arrays.stream(sizes).sum();
    int[] labels =
        IntStream.range(0, sizes.length)
            .flatMap(k -> IntStream.range(0, sizes[k]).map(i -> k))
            .toArray();
    byte[] pixels = new byte[2 * n];
    for (int i = 0; i < n; i++) {
      pixels[2 * i] = (byte) i;
      pixels[2 * i + 1] = (byte) (i >> 8);
    }
    return new LabelledImages(
        new ImageShape(1, 1, 2),
        IntStream.range(0, sizes.length).mapToObj(k -> "class " + k).toList(),
        pixels,
        labels,
        Optional.empty(),
        LongStream.range(1000, 1000 + n).toArray(),
        Optional.of(IntStream.range(0, n).mapToObj(i -> "image" + i).toList()));
  }

  private static LabelledImages draw(LabelledImages images, int size, long seed) {
    return ClassBalancedSubset.draw(images, size, seed, "train");
  }

  @Test
  void everythingOfAnImageGoesWithIt() {
    LabelledImages images = images(300, 300, 300);
    LabelledImages subset = draw(images, 60, 1);
    assertThat(RealData.counts(subset)).containsOnly(20);
    for (int i = 0; i < 60; i++) {
      int position = (int) subset.ids()[i] - 1000;
      assertThat(subset.labels()[i]).isEqualTo(images.labels()[position]);
      assertThat(subset.paths().orElseThrow().get(i)).isEqualTo("image" + position);
      assertThat(Byte.toUnsignedInt(subset.pixels()[2 * i]) + 256 * subset.pixels()[2 * i + 1])
          .isEqualTo(position);
    }
    assertThat(subset.ids()).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aSeedDecidesTheDraw() {
    LabelledImages images = images(100, 100);
    assertThat(draw(images, 50, 1).ids()).isEqualTo(draw(images, 50, 1).ids());
    assertThat(draw(images, 50, 1).ids()).isNotEqualTo(draw(images, 50, 2).ids());
  }

  @Test
  void aLargerSubsetHoldsASmallerOne() {
    LabelledImages images = images(100, 100);
    assertThat(draw(images, 80, 1).ids()).contains(draw(images, 40, 1).ids());
  }

  @Test
  void whatDoesNotDivideIsSpreadByOne() {
    int[] counts = RealData.counts(draw(images(50, 50, 50), 50, 4));
    assertThat(Arrays.stream(counts).sum()).isEqualTo(50);
    assertThat(counts).containsOnly(16, 17);
  }

  @Test
  void smallClassesGiveAllTheyHave() {
    assertThat(RealData.counts(draw(images(3, 100, 100), 53, 4))).containsExactly(3, 25, 25);
    assertThat(RealData.counts(draw(images(3, 5, 100), 108, 4))).containsExactly(3, 5, 100);
  }

  @Test
  void originalLabelsAreBalancedWhereThereAreSome() {
    int[] original = IntStream.range(0, 40).map(i -> i % 2).toArray();
    LabelledImages images =
        new LabelledImages(
            ImageShape.square(1, 1),
            List.of("a", "b"),
            new byte[40],
            new int[40],
            Optional.of(original),
            LongStream.range(0, 40).toArray(),
            Optional.empty());
    LabelledImages subset = draw(images, 10, 1);
    assertThat(Arrays.stream(subset.original().orElseThrow()).sum()).isEqualTo(5);
    assertThat(subset.labels()).containsOnly(0);
  }

  @Test
  void sizesThatCannotBeAreRefused() {
    assertThatThrownBy(() -> draw(images(3, 4), 8, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("a subset of 8 is larger than the 7 train images; ask for at most 7");
    assertThatThrownBy(() -> draw(images(3, 4, 5), 2, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot hold all 3 classes");
  }
}

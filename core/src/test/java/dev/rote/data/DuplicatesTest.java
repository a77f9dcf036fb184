package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Exact copies among images, worked out by hand. */
class DuplicatesTest {
  /** Images of 1 x 1 x 2 pixels, named by their second pixel where the first is 0. */
  private static LabelledImages images(int[] pixels, int... labels) {
    byte[] bytes = new byte[2 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      bytes[2 * i] = (byte) (pixels[i] / 256);
      bytes[2 * i + 1] = (byte) pixels[i];
    }
    return new LabelledImages(
        new ImageShape(1, 1, 2),
        List.of("a", "b", "c"),
        bytes,
        labels,
        Optional.empty(),
        LongStream.range(0, labels.length).toArray(),
        Optional.empty());
  }

  @Test
  void copiesAreGroupedAndConflictsCounted() {
    //       position:                    0  1  2  3  4  5    6  7
    Duplicates found =
        Duplicates.of(images(new int[] {7, 3, 3, 7, 9, 7, 256, 3}, 0, 1, 1, 2, 0, 0, 1, 1));
    assertThat(found.groups())
        .containsExactly(
            new Duplicates.Group(List.of(0, 3, 5), List.of(0, 2, 0)),
            new Duplicates.Group(List.of(1, 2, 7), List.of(1, 1, 1)));
    assertThat(found.copies()).isEqualTo(4);
    assertThat(found.conflicting()).containsExactly(found.groups().get(0));
    assertThat(found.groups().get(0).majority()).contains(0);
    assertThat(found.groups().get(1).majority()).contains(1);
    assertThat(found.atLeastWrong()).isEqualTo(1);
  }

  @Test
  void testImagesAmongTheTrainingImagesAreLeakage() {
    LabelledImages train = images(new int[] {7, 3, 3, 9}, 0, 1, 2, 0);
    // 7 under its label, 3 under one of its labels, 3 and 9 under others, 8 not in training
    LabelledImages test = images(new int[] {7, 3, 3, 9, 8, 7}, 0, 2, 0, 1, 0, 0);
    assertThat(Duplicates.leakage(train, test)).isEqualTo(new Duplicates.Leakage(5, 2));
    assertThat(Duplicates.leakage(train, images(new int[] {1, 2}, 0, 1)))
        .isEqualTo(new Duplicates.Leakage(0, 0));
  }

  @Test
  void copiesThatAreEvenlySplitHaveNoMajority() {
    LabelledImages images = images(new int[] {5, 5, 5, 5, 5}, 0, 1, 2, 1, 0);
    Duplicates.Group group = Duplicates.of(images).groups().get(0);
    assertThat(group.majority()).isEmpty();
    assertThat(group.atLeastWrong()).isEqualTo(3);
    assertThat(group.conflicting()).isTrue();
  }

  @Test
  void groupsComeInTheOrderOfTheirFirstImages() {
    // the copy of image 1 is met before that of image 0
    Duplicates found = Duplicates.of(images(new int[] {1, 2, 2, 1}, 0, 0, 0, 0));
    assertThat(found.groups())
        .extracting(Duplicates.Group::positions)
        .containsExactly(List.of(0, 3), List.of(1, 2));
  }

  @Test
  void labelsMayBeOthersThanTheSources() {
    LabelledImages images = images(new int[] {1, 1}, 0, 0);
    assertThat(Duplicates.of(images).conflicting()).isEmpty();
    assertThat(Duplicates.of(images, new int[] {0, 2}).atLeastWrong()).isEqualTo(1);
    assertThatThrownBy(() -> Duplicates.of(images, new int[3]))
        .hasMessageContaining("3 labels for 2 images");
  }

  @Test
  void onePixelMakesADifference() {
    assertThat(Duplicates.of(images(new int[] {0, 1, 256, 257}, 0, 0, 0, 0)).groups()).isEmpty();
  }
}

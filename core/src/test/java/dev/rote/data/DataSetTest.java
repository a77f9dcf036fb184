package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.text.InputException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DataSetTest {
  private static final List<String> NAMES = List.of("a", "b");

  private static LabelledImages images(
      List<String> names, byte[] pixels, int[] labels, Optional<int[]> original, long... ids) {
    return new LabelledImages(
        new ImageShape(1, 1, pixels.length / labels.length),
        names,
        pixels,
        labels,
        original,
        ids,
        Optional.empty());
  }

  private static LabelledImages plain() {
    return images(NAMES, new byte[] {1, 2, 3, 4}, new int[] {0, 1}, Optional.empty(), 0, 1);
  }

  private static String digest(LabelledImages train) {
    return new DataSet("x", train, Optional.empty()).digest();
  }

  @Test
  void everyPartOfTheDataCountsInTheDigest() {
    int[] labels = {0, 1};
    byte[] pixels = {1, 2, 3, 4};
    Optional<int[]> none = Optional.empty();
    Set<String> digests = new HashSet<>();
    digests.add(digest(plain()));
    digests.add(digest(images(List.of("a", "c"), pixels, labels, none, 0, 1)));
    digests.add(digest(images(List.of("a", "b", "c"), pixels, labels, none, 0, 1)));
    digests.add(digest(images(NAMES, new byte[] {1, 2, 3, 5}, labels, none, 0, 1)));
    digests.add(digest(images(NAMES, pixels, new int[] {1, 1}, none, 0, 1)));
    digests.add(digest(images(NAMES, pixels, labels, Optional.of(labels), 0, 1)));
    digests.add(digest(images(NAMES, pixels, labels, Optional.of(new int[] {1, 1}), 0, 1)));
    digests.add(digest(images(NAMES, pixels, labels, none, 0, 2)));
    digests.add(
        digest(
            new LabelledImages(
                new ImageShape(1, 2, 1),
                NAMES,
                pixels,
                labels,
                none,
                new long[] {0, 1},
                Optional.empty())));
    digests.add(new DataSet("x", plain(), Optional.of(plain())).digest());
    assertThat(digests).hasSize(10).allMatch(digest -> digest.matches("[0-9a-f]{64}"));
  }

  @Test
  void nameAndPathsDoNotCountInTheDigest() {
    LabelledImages p = plain();
    LabelledImages named =
        new LabelledImages(
            new ImageShape(1, 1, 2),
            NAMES,
            p.pixels(),
            p.labels(),
            p.original(),
            p.ids(),
            Optional.of(List.of("x.png", "y.png")));
    assertThat(new DataSet("other", named, Optional.empty()).digest()).isEqualTo(digest(plain()));
  }

  @Test
  void labelsAndClassCountsAreChecked() {
    byte[] pixels = {1, 2};
    assertThatThrownBy(() -> images(NAMES, pixels, new int[] {0, 2}, Optional.empty(), 0, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("label 2 of image 1 is outside [0, 2)");
    assertThatThrownBy(
            () -> images(NAMES, pixels, new int[] {0, 1}, Optional.of(new int[] {-1, 0}), 0, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("label -1 of image 0 is outside [0, 2)");
    assertThatThrownBy(() -> images(List.of("a"), pixels, new int[] {0, 0}, Optional.empty(), 0, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("the data has 1 class; at least 2 are needed");
    assertThatThrownBy(
            () ->
                images(
                    Collections.nCopies(65_537, "a"),
                    pixels,
                    new int[] {0, 0},
                    Optional.empty(),
                    0,
                    1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("65537 classes, more than the 65536");
    assertThatThrownBy(() -> images(NAMES, pixels, new int[] {0, 0}, Optional.empty(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void statisticsAreThoseOfEachChannel() {
    // red 0 and 255 by turns, green 51 throughout, blue 102 and 204 by turns
    byte[] pixels = {0, (byte) 255, 51, 51, 102, (byte) 204};
    LabelledImages images =
        new LabelledImages(
            new ImageShape(3, 1, 2),
            NAMES,
            pixels,
            new int[] {0},
            Optional.empty(),
            new long[] {0},
            Optional.empty());
    ChannelStatistics statistics =
        ChannelStatistics.of(new DataSet("folder", images, Optional.empty()));
    assertThat(statistics.mean()).containsExactly(new float[] {0.5f, 0.2f, 0.6f}, within(1e-6f));
    // a channel without variation is divided by one grey level
    assertThat(statistics.std()).containsExactly(new float[] {0.5f, 1 / 255f, 0.2f}, within(1e-6f));
  }

  @Test
  void specificationsAreChecked() {
    refused("mnits", Optional.empty(), 1, 32, "did you mean 'mnist'?");
    refused("glyphs", Optional.of("/data"), 1, 32, "reads no files");
    refused("folder", Optional.empty(), 1, 32, "--data DIR");
    refused("manifest", Optional.empty(), 1, 32, "--data FILE.csv");
    refused("mnist", Optional.empty(), 0, 32, "subset 0 holds no image");
    refused("mnist", Optional.empty(), 1, 0, "image size 0 is outside [1, 1024]");
    refused("mnist", Optional.empty(), 1, 1025, "image size 1025 is outside [1, 1024]");
  }

  private static void refused(
      String dataset, Optional<String> path, int subset, int size, String message) {
    assertThatThrownBy(
            () ->
                DataSpec.of(dataset, path)
                    .withSubset(Optional.of(subset), Optional.empty())
                    .withImages(Optional.of(size), false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }
}

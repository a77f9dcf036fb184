package dev.rote.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.study.Augmentation;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ImageChangesTest {
  private static final int CHANNELS = 2;
  private static final int HEIGHT = 3;
  private static final int WIDTH = 4;
  private static final int BYTES = CHANNELS * HEIGHT * WIDTH;

  private static ByteBuffer images(int n) {
    ByteBuffer images = ByteBuffer.allocate(n * BYTES);
    for (int i = 0; i < images.capacity(); i++) {
      images.put(i, (byte) (1 + i % BYTES)); // no 0, which is what is moved in
    }
    return images;
  }

  private static byte[] copy(ImageChanges changes, int i, int n) {
    byte[] target = new byte[BYTES + 2];
    target[0] = 99;
    target[BYTES + 1] = 99;
    changes.copy(images(n), i, CHANNELS, HEIGHT, WIDTH, target, 1);
    assertThat(target[0]).isEqualTo((byte) 99);
    assertThat(target[BYTES + 1]).isEqualTo((byte) 99);
    return java.util.Arrays.copyOfRange(target, 1, BYTES + 1);
  }

  /** The image moved and then mirrored, straight from the words of the definition. */
  private static byte[] expected(int down, int right, boolean mirrored) {
    byte[] image = new byte[BYTES];
    for (int c = 0; c < CHANNELS; c++) {
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          int column = mirrored ? WIDTH - 1 - x : x;
          int fromY = y - down;
          int fromX = column - right;
          if (fromY >= 0 && fromY < HEIGHT && fromX >= 0 && fromX < WIDTH) {
            image[(c * HEIGHT + y) * WIDTH + x] = (byte) (1 + (c * HEIGHT + fromY) * WIDTH + fromX);
          }
        }
      }
    }
    return image;
  }

  @Test
  void eachImageIsMovedAndMirroredInOneOfAllWaysAboutAsOftenAsInAnother() {
    int n = 9000;
    Augmentation augmentation = Augmentation.parse("flip+crop(1)");
    ImageChanges changes = new ImageChanges(augmentation, n, 3, 1);
    Map<List<Byte>, Integer> seen = new HashMap<>();
    for (int i = 0; i < n; i++) {
      seen.merge(list(copy(changes, i, n)), 1, Integer::sum);
    }
    Set<List<Byte>> ways = new HashSet<>();
    for (int down = -1; down <= 1; down++) {
      for (int right = -1; right <= 1; right++) {
        ways.add(list(expected(down, right, false)));
        ways.add(list(expected(down, right, true)));
      }
    }
    assertThat(ways).hasSize(18);
    assertThat(seen.keySet()).isEqualTo(ways);
    // 500 each, deviation 22
    assertThat(seen.values()).allSatisfy(times -> assertThat(times).isBetween(390, 610));
  }

  @Test
  void farMovesLeaveNothing() {
    ImageChanges changes = new ImageChanges(Augmentation.parse("crop(16)"), 500, 1, 1);
    Set<List<Byte>> seen = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      seen.add(list(copy(changes, i, 500)));
    }
    assertThat(seen).contains(list(new byte[BYTES]));
  }

  @Test
  void dependOnSeedAndEpochAlone() {
    Augmentation augmentation = Augmentation.parse("flip+crop(1)");
    List<List<Byte>> one = all(new ImageChanges(augmentation, 50, 7, 2));
    assertThat(all(new ImageChanges(augmentation, 50, 7, 2))).isEqualTo(one);
    assertThat(all(new ImageChanges(augmentation, 50, 8, 2))).isNotEqualTo(one);
    assertThat(all(new ImageChanges(augmentation, 50, 7, 3))).isNotEqualTo(one);
  }

  private static List<List<Byte>> all(ImageChanges changes) {
    return java.util.stream.IntStream.range(0, 50)
        .mapToObj(i -> list(copy(changes, i, 50)))
        .toList();
  }

  private static List<Byte> list(byte[] bytes) {
    List<Byte> list = new java.util.ArrayList<>();
    for (byte b : bytes) {
      list.add(b);
    }
    return list;
  }
}

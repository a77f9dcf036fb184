package dev.rote.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.study.Augmentation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

final class RandomAugmentationTest {
  private static final int CHANNELS = 2;
  private static final int HEIGHT = 3;
  private static final int WIDTH = 4;
  private static final int BYTES = CHANNELS * HEIGHT * WIDTH;

  /** Copies of one image, without a 0, which is what is moved in; all changed in one batch. */
  private static List<List<Byte>> changed(String augmentation, int n, long seed, int epoch) {
    try (PointerScope scope = new PointerScope()) {
      Tensor image =
          torch.arange(new Scalar(1), new Scalar(1 + BYTES)).view(1, CHANNELS, HEIGHT, WIDTH);
      Tensor images = image.to(ScalarType.Byte).expand(n, CHANNELS, HEIGHT, WIDTH).contiguous();
      RandomAugmentation random = drawn(augmentation, n, seed, epoch, images);
      Tensor positions = torch.arange(new Scalar(n)).to(ScalarType.Long);
      byte[] bytes = new byte[n * BYTES];
      new BytePointer(random.apply(images, positions).data_ptr()).get(bytes);
      List<List<Byte>> all = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        all.add(list(Arrays.copyOfRange(bytes, i * BYTES, (i + 1) * BYTES)));
      }
      return all;
    }
  }

  private static RandomAugmentation drawn(
      String augmentation, int n, long seed, int epoch, Tensor like) {
    RandomAugmentation random = new RandomAugmentation(Augmentation.parse(augmentation), n, like);
    random.draw(seed, epoch - 1); // leaves nothing behind
    random.draw(seed, epoch);
    return random;
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
    Map<List<Byte>, Integer> seen = new HashMap<>();
    for (List<Byte> image : changed("flip+crop(1)", n, 3, 1)) {
      seen.merge(image, 1, Integer::sum);
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
    assertThat(changed("crop(16)", 500, 1, 1)).contains(list(new byte[BYTES]));
  }

  @Test
  void dependOnSeedEpochAndPositionAlone() {
    List<List<Byte>> one = changed("flip+crop(1)", 50, 7, 2);
    assertThat(changed("flip+crop(1)", 50, 7, 2)).isEqualTo(one);
    assertThat(changed("flip+crop(1)", 50, 8, 2)).isNotEqualTo(one);
    assertThat(changed("flip+crop(1)", 50, 7, 3)).isNotEqualTo(one);
    try (PointerScope scope = new PointerScope()) {
      Tensor images = torch.arange(new Scalar(50 * BYTES)).view(50, CHANNELS, HEIGHT, WIDTH);
      Tensor bytes = images.to(ScalarType.Byte);
      RandomAugmentation random = drawn("flip+crop(1)", 50, 7, 2, bytes);
      Tensor positions = torch.randperm(50).to(ScalarType.Long);
      Tensor all = random.apply(bytes, torch.arange(new Scalar(50)).to(ScalarType.Long));
      Tensor some = random.apply(bytes.index_select(0, positions), positions);
      assertThat(some.equal(all.index_select(0, positions))).isTrue();
    }
  }

  private static List<Byte> list(byte[] bytes) {
    List<Byte> list = new java.util.ArrayList<>();
    for (byte b : bytes) {
      list.add(b);
    }
    return list;
  }
}

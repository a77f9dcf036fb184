package dev.rote.train;

import dev.rote.random.RandomStreams;
import dev.rote.study.Augmentation;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Random augmentation of training images: a horizontal flip and a shift, drawn anew for each epoch.
 * The draws depend on the seed, the epoch and the image's position alone, so that runs that differ
 * in their loss see the same images, and an interrupted run continues with the same ones.
 */
final class RandomAugmentation implements AutoCloseable {
  private final Augmentation augmentation;
  private final int images;

  /** {@code [3,N]}, int64: pixels down, pixels right, and 1 where the image is mirrored. */
  private final Tensor drawn;

  /**
   * Starts without flips and shifts.
   *
   * @param like a tensor on the device of the images
   */
  RandomAugmentation(Augmentation augmentation, int images, Tensor like) {
    this.augmentation = augmentation;
    this.images = images;
    try (PointerScope scope = new PointerScope()) {
      this.drawn = torch.zeros(3, images).to(like.device(), ScalarType.Long);
      drawn.retainReference();
    }
  }

  /** Draws the augmentation of an epoch in place of the one before. */
  void draw(long seed, int epoch) {
    UniformRandomProvider random = RandomStreams.stream(seed, "augmentation " + epoch);
    long[] values = new long[3 * images];
    int places = 2 * augmentation.shift() + 1;
    for (int i = 0; i < images; i++) {
      values[2 * images + i] = augmentation.flip() && random.nextBoolean() ? 1 : 0;
      values[i] = random.nextInt(places) - augmentation.shift();
      values[images + i] = random.nextInt(places) - augmentation.shift();
    }
    try (PointerScope scope = new PointerScope()) {
      drawn.copy_(TensorTransfer.tensor(values).view(3, images));
    }
  }

  @Override
  public void close() {
    drawn.releaseReference();
  }

  /**
   * Shifts and then mirrors images; pixels shifted in from outside are 0.
   *
   * @param images {@code [n,C,H,W]}, bytes
   * @param positions positions of the images among those of the epoch, {@code [n]}
   */
  Tensor apply(Tensor images, Tensor positions) {
    long n = images.size(0);
    long height = images.size(2);
    long width = images.size(3);
    Tensor own = drawn.index_select(1, positions);
    Tensor columns = torch.arange(new Scalar(width), drawn.options()).view(1, width);
    // W−1−x where mirrored, else x
    Tensor mirrored = columns.mul(new Scalar(-2)).add_(new Scalar(width - 1));
    Tensor fromColumn =
        own.select(0, 2).view(n, 1).mul(mirrored).add_(columns).sub_(own.select(0, 1).view(n, 1));
    Tensor fromRow =
        torch
            .arange(new Scalar(height), drawn.options())
            .view(1, height)
            .sub(own.select(0, 0).view(n, 1));
    Tensor pixel =
        within(fromRow, height)
            .mul_(new Scalar(width))
            .view(n, height, 1)
            .add(within(fromColumn, width).view(n, 1, width));
    Tensor inside =
        isWithin(fromRow, height)
            .view(n, height, 1)
            .logical_and(isWithin(fromColumn, width).view(n, 1, width));
    long channels = images.size(1);
    Tensor index = pixel.view(n, 1, height * width).expand(n, channels, height * width);
    return images
        .view(n, channels, height * width)
        .gather(2, index)
        .view(n, channels, height, width)
        .mul_(inside.unsqueeze(1));
  }

  private static Tensor within(Tensor places, long length) {
    return places.clamp_min(new Scalar(0)).clamp_max_(new Scalar(length - 1));
  }

  private static Tensor isWithin(Tensor places, long length) {
    return places.ge(new Scalar(0)).logical_and(places.lt(new Scalar(length)));
  }
}

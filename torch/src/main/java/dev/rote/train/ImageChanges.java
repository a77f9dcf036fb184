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
 * The random changes of the training images, drawn anew for each epoch: mirrored or not, and moved
 * how far. They depend on the seed, the epoch and the image's position alone, so that runs that
 * differ in their loss see the same images, and a run that was interrupted goes on with the same
 * ones.
 */
final class ImageChanges implements AutoCloseable {
  private final Augmentation augmentation;
  private final int images;

  /** {@code [3,N]}, int64: pixels down, pixels right, and 1 where the image is mirrored. */
  private final Tensor changes;

  /**
   * With no changes yet.
   *
   * @param there a tensor on the device that the images lie on
   */
  ImageChanges(Augmentation augmentation, int images, Tensor there) {
    this.augmentation = augmentation;
    this.images = images;
    try (PointerScope scope = new PointerScope()) {
      this.changes = torch.zeros(3, images).to(there.device(), ScalarType.Long);
      changes.retainReference();
    }
  }

  /** Draws the changes of an epoch, into the place of those before. */
  void draw(long seed, int epoch) {
    UniformRandomProvider random = RandomStreams.stream(seed, "augmentation " + epoch);
    long[] drawn = new long[3 * images];
    int places = 2 * augmentation.shift() + 1;
    for (int i = 0; i < images; i++) {
      drawn[2 * images + i] = augmentation.flip() && random.nextBoolean() ? 1 : 0;
      drawn[i] = random.nextInt(places) - augmentation.shift();
      drawn[images + i] = random.nextInt(places) - augmentation.shift();
    }
    try (PointerScope scope = new PointerScope()) {
      changes.copy_(TensorTransfer.tensor(drawn).view(3, images));
    }
  }

  @Override
  public void close() {
    changes.releaseReference();
  }

  /**
   * Moves and then mirrors images; what is moved in from outside is 0.
   *
   * @param images {@code [n,C,H,W]}, bytes
   * @param positions {@code [n]}: which of the epoch's images these are
   */
  Tensor of(Tensor images, Tensor positions) {
    long n = images.size(0);
    long height = images.size(2);
    long width = images.size(3);
    Tensor own = changes.index_select(1, positions);
    Tensor columns = torch.arange(new Scalar(width), changes.options()).view(1, width);
    // W−1−x where mirrored, else x
    Tensor mirrored = columns.mul(new Scalar(-2)).add_(new Scalar(width - 1));
    Tensor fromColumn =
        own.select(0, 2).view(n, 1).mul(mirrored).add_(columns).sub_(own.select(0, 1).view(n, 1));
    Tensor fromRow =
        torch
            .arange(new Scalar(height), changes.options())
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

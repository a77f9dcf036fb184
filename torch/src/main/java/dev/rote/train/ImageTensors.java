package dev.rote.train;

import dev.rote.data.ChannelStatistics;
import dev.rote.data.ImageShape;
import dev.rote.data.LabelledImages;
import dev.rote.study.Augmentation;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Images of one part of a data set as bytes, on the network's device, and the standardization that
 * turns them into its input. Bytes are kept rather than floats, since each worker of a study on
 * CPUs holds a copy.
 */
final class ImageTensors implements AutoCloseable {
  /**
   * Side of the centre crop that Inception-Lite is given, as in Zhang et al. (2017), appendix A.
   */
  static final int INCEPTION_CROP = 28;

  private final SharedPixels shared;
  private final Tensor pixels;
  private final boolean perImage;
  private final boolean channelsLast;
  private final Tensor scale;
  private final Tensor shift;
  private final int size;

  /**
   * Copies images to the device.
   *
   * @param perImage whether each image is standardized by its own mean and deviation and cropped,
   *     as for Inception-Lite, instead of by the statistics of each channel
   * @param there a tensor on that device
   */
  ImageTensors(
      LabelledImages images,
      ChannelStatistics statistics,
      boolean perImage,
      boolean channelsLast,
      Tensor there) {
    this.perImage = perImage;
    this.channelsLast = channelsLast;
    this.size = images.size();
    int channels = images.shape().channels();
    this.shared = SharedPixels.of(images, perImage ? INCEPTION_CROP : Integer.MAX_VALUE, there);
    this.pixels = shared.tensor();
    try (PointerScope scope = new PointerScope()) {
      scale = keep(Tensor.create(statistics.scale()).view(1, channels, 1, 1).to(there));
      shift = keep(Tensor.create(statistics.shift()).view(1, channels, 1, 1).to(there));
    }
  }

  /** Returns the shape of the crop that is taken of images of {@code shape}. */
  static ImageShape crop(ImageShape shape) {
    return new ImageShape(shape.channels(), crop(shape.height()), crop(shape.width()));
  }

  /** Returns the side of the crop that is taken of a side of {@code length} pixels. */
  static int crop(int length) {
    return Math.min(length, INCEPTION_CROP);
  }

  private static Tensor keep(Tensor tensor) {
    tensor.retainReference();
    return tensor;
  }

  int size() {
    return size;
  }

  @Override
  public void close() {
    shared.close();
    scale.releaseReference();
    shift.releaseReference();
  }

  /**
   * Returns the standardized float32 images {@code [n,C,H,W]} at the given positions {@code [n]}
   * (int64).
   */
  Tensor batch(Tensor positions) {
    return standardize(pixels.index_select(0, positions));
  }

  /** Returns augmented, standardized float32 images at the given positions. */
  Tensor batch(Tensor positions, RandomAugmentation augmentation) {
    return standardize(augmentation.apply(pixels.index_select(0, positions), positions));
  }

  /** Returns the bytes of the images from {@code start}, {@code n} of them. */
  Tensor bytes(long start, long n) {
    return pixels.narrow(0, start, n);
  }

  /** Returns the bytes of these images mirrored left to right. */
  Tensor mirroredBytes(long start, long n) {
    return bytes(start, n).flip(new long[] {3});
  }

  /** Returns the standardized float32 images of such bytes, {@code [n,C,H,W]}. */
  Tensor standardize(Tensor bytes) {
    Tensor images = bytes.to(ScalarType.Float);
    if (channelsLast) {
      images = images.contiguous(MemoryFormat.ChannelsLast);
    }
    if (!perImage) {
      return images.mul_(scale).add_(shift);
    }
    // (x − mean) / max(deviation, 1/√n), the deviation over n values, as
    // tf.image.per_image_standardization
    Tensor flat = images.flatten(1, 3);
    Tensor mean = flat.mean(new long[] {1}, true, new ScalarTypeOptional());
    Tensor deviation = torch.std(flat, new long[] {1}, false, true);
    deviation = deviation.clamp_min(new Scalar(1 / Math.sqrt(flat.size(1))));
    return images.sub_(mean.view(-1, 1, 1, 1)).div_(deviation.view(-1, 1, 1, 1));
  }

  /** Returns random augmentation of these images. */
  RandomAugmentation augmentation(Augmentation augmentation) {
    return new RandomAugmentation(augmentation, size, pixels);
  }

  /**
   * Returns the labels or positions as an int64 tensor {@code [N]} beside the images; outlives
   * scopes.
   */
  Tensor integers(long[] values) {
    try (PointerScope scope = new PointerScope()) {
      return keep(TensorTransfer.tensor(values).to(pixels.device(), ScalarType.Long));
    }
  }
}

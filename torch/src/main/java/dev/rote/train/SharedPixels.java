package dev.rote.train;

import dev.rote.data.ImageShape;
import dev.rote.data.LabelledImages;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The bytes of images on a device, {@code [N,C,H,W]}: one copy for all trainers in this process
 * that use them at the same time, freed with the last.
 */
final class SharedPixels implements AutoCloseable {
  private static final List<SharedPixels> HELD = new ArrayList<>();

  private final byte[] source;
  private final int crop;
  private final Tensor pixels;
  private int users;

  private SharedPixels(byte[] source, int crop, Tensor pixels) {
    this.source = source;
    this.crop = crop;
    this.pixels = pixels;
  }

  /**
   * Returns the existing copy, or a new one. Each user closes it when its queued work on the device
   * is done.
   *
   * @param crop longest side; larger images are cropped to their centre
   * @param like a tensor on the device
   */
  static SharedPixels of(LabelledImages images, int crop, Tensor there) {
    synchronized (HELD) {
      for (SharedPixels held : HELD) {
        if (held.isOf(images.pixels(), crop, there)) {
          held.users++;
          return held;
        }
      }
      SharedPixels copy = new SharedPixels(images.pixels(), crop, copy(images, crop, there));
      copy.users = 1;
      HELD.add(copy);
      return copy;
    }
  }

  private boolean isOf(byte[] otherSource, int otherCrop, Tensor there) {
    try (PointerScope scope = new PointerScope()) {
      return source == otherSource && crop == otherCrop && pixels.device().equals(there.device());
    }
  }

  private static Tensor copy(LabelledImages images, int crop, Tensor there) {
    try (PointerScope scope = new PointerScope()) {
      ImageShape shape = images.shape();
      long height = Math.min(crop, shape.height());
      long width = Math.min(crop, shape.width());
      Tensor bytes =
          torch.empty(
              new long[] {images.size(), shape.channels(), shape.height(), shape.width()},
              new TensorOptions(ScalarType.Byte),
              null);
      new BytePointer(bytes.data_ptr()).put(images.pixels(), 0, images.pixels().length);
      Tensor cut =
          bytes
              .narrow(2, (shape.height() - height) / 2, height)
              .narrow(3, (shape.width() - width) / 2, width)
              .contiguous();
      // The host waits for this copy, so that other threads find it done.
      Tensor copied = cut.to(there.device(), ScalarType.Byte);
      copied.retainReference();
      return copied;
    }
  }

  Tensor tensor() {
    return pixels;
  }

  @Override
  public void close() {
    synchronized (HELD) {
      users--;
      if (users == 0) {
        HELD.remove(this);
        pixels.releaseReference();
      }
    }
  }
}

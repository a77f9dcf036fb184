package com.example;

import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelledImages;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Tensor;

/** Between Java's arrays and libtorch's tensors, and a data set to try things with. */
final class Arrays {
  private Arrays() {}

  /** 28×28 images of ten characters, drawn on the spot. */
  static LabelledImages characters(int n) {
    Optional<Integer> all = Optional.empty();
    return DataSets.load(DataSpec.of("glyphs", Optional.empty()).withSubset(Optional.of(n), all))
        .train();
  }

  /** Pixels around 0, one row an image. */
  static Tensor pixels(LabelledImages images) {
    float[] pixels = new float[images.pixels().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = ((images.pixels()[i] & 0xff) - 128) / 64f;
    }
    return Tensor.create(pixels).view(images.size(), -1);
  }

  static Tensor labels(int[] labels) {
    return Tensor.create(IntStream.of(labels).asLongStream().toArray());
  }

  static int[] ints(Tensor labels) {
    long[] values = new long[(int) labels.numel()];
    new LongPointer(labels.data_ptr()).get(values);
    return java.util.Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }

  static float[][] rows(Tensor matrix) {
    float[][] rows = new float[(int) matrix.size(0)][(int) matrix.size(1)];
    FloatPointer values = new FloatPointer(matrix.contiguous().data_ptr());
    for (float[] row : rows) {
      values.get(row);
      values.position(values.position() + row.length);
    }
    return rows;
  }
}

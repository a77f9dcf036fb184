package dev.rote.train;

import dev.rote.format.TensorData;
import dev.rote.text.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Converts tensors of libtorch to and from the bytes of files. */
final class TensorTransfer {
  private TensorTransfer() {}

  /**
   * Returns the tensors' values in row-major order, without a copy if they are stored so; valid
   * within the caller's PointerScope.
   */
  static Map<String, TensorData> view(Map<String, Tensor> tensors) {
    Map<String, TensorData> views = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> views.put(name, view(tensor)));
    return views;
  }

  private static TensorData view(Tensor tensor) {
    Tensor plain = tensor.detach().cpu().contiguous();
    long bytes = plain.nbytes();
    ByteBuffer buffer =
        bytes == 0
            ? ByteBuffer.allocate(0)
            : new BytePointer(plain.data_ptr()).capacity(bytes).asByteBuffer();
    return new TensorData(
        type(plain), plain.sizes().vec().get(), buffer.order(ByteOrder.LITTLE_ENDIAN));
  }

  /** Returns an int64 tensor {@code [n]} of these values, on the CPU. */
  static Tensor tensor(long[] values) {
    Tensor tensor =
        torch.empty(new long[] {values.length}, new TensorOptions(ScalarType.Long), null);
    new LongPointer(tensor.data_ptr()).put(values, 0, values.length);
    return tensor;
  }

  /** Returns the values of a float64 tensor {@code [n]}. */
  static double[] doubles(Tensor tensor) {
    double[] values = new double[(int) tensor.numel()];
    new DoublePointer(tensor.cpu().data_ptr()).get(values);
    return values;
  }

  /** Returns the values of an int64 tensor {@code [n]}, which must fit an int. */
  static int[] integers(Tensor tensor) {
    long[] values = new long[(int) tensor.numel()];
    new LongPointer(tensor.cpu().data_ptr()).get(values);
    return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
  }

  /**
   * Copies stored values into live tensors of the same names and shapes.
   *
   * @throws InputException if names or shapes differ
   */
  static void copyInto(Map<String, TensorData> stored, Map<String, Tensor> live) {
    if (!stored.keySet().equals(live.keySet())) {
      throw new InputException(
          "the stored weights are not those of this network: they hold "
              + firstDifference(stored.keySet(), live.keySet()));
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      live.forEach((name, target) -> copyInto(name, stored.get(name), target));
    }
  }

  private static String firstDifference(Set<String> stored, Set<String> live) {
    for (String name : stored) {
      if (!live.contains(name)) {
        return name + ", which it lacks";
      }
    }
    return "no " + live.stream().filter(name -> !stored.contains(name)).findFirst().orElseThrow();
  }

  private static void copyInto(String name, TensorData stored, Tensor target) {
    long[] shape = target.sizes().vec().get();
    if (!Arrays.equals(shape, stored.shape()) || type(target) != stored.type()) {
      throw new InputException(
          "stored tensor "
              + name
              + " has shape "
              + Arrays.toString(stored.shape())
              + ", not "
              + Arrays.toString(shape));
    }
    Tensor values = torch.empty(shape, new TensorOptions(target.scalar_type()), null);
    ByteBuffer bytes = stored.data().duplicate();
    new BytePointer(values.data_ptr()).capacity(values.nbytes()).asByteBuffer().put(bytes);
    target.copy_(values);
  }

  private static TensorData.Type type(Tensor tensor) {
    ScalarType type = tensor.scalar_type().intern();
    return switch (type) {
      case Float -> TensorData.Type.F32;
      case Long -> TensorData.Type.I64;
      case Double -> TensorData.Type.F64;
      default -> throw new IllegalArgumentException("no stored form for " + type);
    };
  }
}

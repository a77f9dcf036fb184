package dev.rote.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor's values outside any tensor library.
 *
 * @param type element type
 * @param shape extent of each dimension; empty for a single value
 * @param data the elements in C order, little-endian, as many bytes as type and shape say
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TensorData(Type type, long[] shape, ByteBuffer data) {
  /** Element types of the safetensors format. */
  public enum Type {
    BOOL(1),
    U8(1),
    I8(1),
    I16(2),
    U16(2),
    F16(2),
    BF16(2),
    I32(4),
    U32(4),
    F32(4),
    I64(8),
    U64(8),
    F64(8);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    /** Returns the bytes of one element. */
    public int bytes() {
      return bytes;
    }
  }

  public TensorData {
    if (byteCount(type, shape) != data.remaining()) {
      throw new IllegalArgumentException(
          "%s of shape %s takes %d bytes, not %d"
              .formatted(type, Arrays.toString(shape), byteCount(type, shape), data.remaining()));
    }
    shape = shape.clone();
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns a float32 tensor. */
  public static TensorData of(float[] values, long... shape) {
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new TensorData(Type.F32, shape, data);
  }

  /** Returns an int64 tensor. */
  public static TensorData of(long[] values, long... shape) {
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(values.length, 8)).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return new TensorData(Type.I64, shape, data);
  }

  /** Returns the values of a float32 tensor. */
  public float[] toFloats() {
    if (type != Type.F32) {
      throw new IllegalStateException("a tensor of " + type + " holds no F32");
    }
    float[] values = new float[data.limit() / 4];
    data.asFloatBuffer().get(values);
    return values;
  }

  /** Returns the values of an int64 tensor. */
  public long[] toLongs() {
    if (type != Type.I64) {
      throw new IllegalStateException("a tensor of " + type + " holds no I64");
    }
    long[] values = new long[data.limit() / 8];
    data.asLongBuffer().get(values);
    return values;
  }

  /**
   * Returns the size of a tensor in bytes.
   *
   * @throws ArithmeticException where they do not fit into 64 bits
   */
  static long byteCount(Type type, long[] shape) {
    long elements = 1;
    for (long extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException("a tensor has no extent of " + extent);
      }
      elements = Math.multiplyExact(elements, extent);
    }
    return Math.multiplyExact(elements, type.bytes());
  }
}

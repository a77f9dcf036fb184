package dev.rote.format;

import dev.rote.text.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An array of numbers in C order.
 *
 * @param type element type
 * @param shape extent of each dimension; empty for a single value
 * @param data the elements, little-endian, as many as {@code shape} says
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record NpyArray(NpyType type, int[] shape, ByteBuffer data) {
  public NpyArray {
    long elements = 1;
    for (int extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException("an array has no extent of " + extent);
      }
      elements *= extent;
    }
    if (elements * type.bytes() != data.remaining()) {
      throw new IllegalArgumentException(
          "%d elements of %s take %d bytes, not %d"
              .formatted(elements, type, elements * type.bytes(), data.remaining()));
    }
    shape = shape.clone();
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the number of elements, the product of the shape. */
  public int size() {
    return data.limit() / type.bytes();
  }

  /**
   * Returns element {@code index} (C order) of an integer or boolean array. Values of {@code
   * UINT64} above 2^63−1 appear negative.
   *
   * @throws IllegalStateException for an array of floating-point numbers
   */
  public long longAt(int index) {
    int at = index * type.bytes();
    return switch (type) {
      case BOOL -> data.get(at) == 0 ? 0 : 1;
      case INT8 -> data.get(at);
      case UINT8 -> Byte.toUnsignedLong(data.get(at));
      case INT16 -> data.getShort(at);
      case UINT16 -> Short.toUnsignedLong(data.getShort(at));
      case INT32 -> data.getInt(at);
      case UINT32 -> Integer.toUnsignedLong(data.getInt(at));
      case INT64, UINT64 -> data.getLong(at);
      case FLOAT16, FLOAT32, FLOAT64 ->
          throw new IllegalStateException("an array of " + type + " holds no integers");
    };
  }

  /** Returns element {@code index} (C order) as a floating-point number. */
  public double doubleAt(int index) {
    return switch (type) {
      case FLOAT16 -> half(data.getShort(index * 2));
      case FLOAT32 -> data.getFloat(index * 4);
      case FLOAT64 -> data.getDouble(index * 8);
      default -> longAt(index);
    };
  }

  /** Returns the value of IEEE 754's binary16: a sign, 5 bits of exponent, 10 of fraction. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    double size =
        switch (exponent) {
          case 0 -> Math.scalb(fraction, -24);
          case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb(1024.0 + fraction, exponent - 25);
        };
    return bits < 0 ? -size : size;
  }

  /** Returns all elements of an integer or boolean array, in C order. */
  public long[] toLongs() {
    long[] values = new long[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = longAt(i);
    }
    return values;
  }

  /**
   * Returns all elements of an integer or boolean array, in C order.
   *
   * @throws InputException where one does not fit into 32 bits
   */
  public int[] toInts() {
    int[] values = new int[size()];
    if (type == NpyType.UINT8) {
      // Reports read hundreds of millions of predictions.
      byte[] bytes = new byte[values.length];
      data.get(0, bytes);
      for (int i = 0; i < values.length; i++) {
        values[i] = Byte.toUnsignedInt(bytes[i]);
      }
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      long value = longAt(i);
      if (value != (int) value) {
        throw new InputException(
            "value %d, %d, does not fit into 32 bits; use smaller whole numbers"
                .formatted(i, value));
      }
      values[i] = (int) value;
    }
    return values;
  }

  /** Returns all elements as floating-point numbers, in C order. */
  public double[] toDoubles() {
    double[] values = new double[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = doubleAt(i);
    }
    return values;
  }
}

package dev.rote.format;

import dev.rote.text.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What each element of an NPY file is: a number, or text of a fixed length.
 *
 * @param number type of a number; none for text
 * @param unicode whether text is UTF-32 ({@code U}) rather than bytes ({@code S})
 * @param bytes of one element
 * @param bigEndian whether the most significant byte of numbers and characters comes first
 */
record NpyElement(Optional<NpyType> number, boolean unicode, int bytes, boolean bigEndian) {
  private static final Pattern NUMBER = Pattern.compile("([<>=|])([biuf])(\\d{1,2})");
  private static final Pattern TEXT = Pattern.compile("([<>=|])([US])(\\d{1,7})");

  /**
   * Parses NumPy's description of a type, such as {@code >f4} or {@code <U12}.
   *
   * @param source what an error calls the file
   */
  static NpyElement of(String description, Object source) {
    Matcher number = NUMBER.matcher(description);
    if (number.matches()) {
      Optional<NpyType> type =
          Arrays.stream(NpyType.values())
              .filter(t -> t.description().substring(1).equals(description.substring(1)))
              .findFirst();
      if (type.isPresent()) {
        return new NpyElement(
            type, false, type.get().bytes(), number.group(1).equals(">") && type.get().bytes() > 1);
      }
    }
    Matcher text = TEXT.matcher(description);
    if (text.matches()) {
      boolean unicode = text.group(2).equals("U");
      int length = Integer.parseInt(text.group(3));
      return new NpyElement(
          Optional.empty(), unicode, unicode ? 4 * length : length, text.group(1).equals(">"));
    }
    if (description.endsWith("O")) {
      throw new InputException(
          source + " holds Python objects; save it with astype(str), or astype(float) for numbers");
    }
    if (description.contains("V")) {
      throw new InputException(
          "%s has dtype '%s', as NumPy saves bfloat16 and other types that it does not know; save it with astype('float32')"
              .formatted(source, description));
    }
    throw new InputException(
        "%s has dtype '%s', supported are %s in either byte order, and text: convert it with astype"
            .formatted(
                source,
                description,
                Arrays.stream(NpyType.values())
                    .map(type -> type.description().substring(1))
                    .collect(Collectors.joining(" "))));
  }

  /** Returns one element of text; the zeros that fill it up to its length are left out. */
  String text(ByteBuffer element, Object source) {
    ByteBuffer bytes =
        element.slice().order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    if (!unicode) {
      try {
        return withoutZeros(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
      } catch (CharacterCodingException e) {
        throw new InputException(source + " holds text that is not UTF-8; save it as str", e);
      }
    }
    StringBuilder text = new StringBuilder();
    while (bytes.hasRemaining()) {
      int character = bytes.getInt();
      if (!Character.isValidCodePoint(character)) {
        throw new InputException(source + " is corrupt: it holds text that is not Unicode");
      }
      text.appendCodePoint(character);
    }
    return withoutZeros(text.toString());
  }

  /** Returns NumPy's description of this type, with elements of so many bytes if they are text. */
  String description(int bytesOfText) {
    String order = bigEndian ? ">" : "<";
    return number.isPresent()
        ? (bigEndian ? order : number.get().description().substring(0, 1))
            + number.get().description().substring(1)
        : unicode ? order + "U" + bytesOfText / 4 : "|S" + bytesOfText;
  }

  /**
   * Returns the bytes of an element: text without zeros behind it, or a whole number.
   *
   * @param source what an error calls the file
   * @throws InputException if this type cannot hold it
   */
  byte[] encoded(String value, Object source) {
    if (number.isPresent()) {
      return encoded(number.get(), value, source);
    }
    if (!unicode) {
      return value.getBytes(StandardCharsets.UTF_8);
    }
    ByteBuffer text =
        ByteBuffer.allocate(4 * value.codePointCount(0, value.length()))
            .order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    value.codePoints().forEach(text::putInt);
    return text.array();
  }

  private byte[] encoded(NpyType type, String value, Object source) {
    try {
      boolean unsigned = type == NpyType.UINT64;
      long whole = unsigned ? Long.parseUnsignedLong(value) : Long.parseLong(value);
      ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      switch (type) {
        case FLOAT16 -> data.putShort(0, half(whole));
        case FLOAT32 -> data.putFloat(0, whole);
        case FLOAT64 -> data.putDouble(0, whole);
        default -> data.putLong(0, whole);
      }
      byte[] bytes = Arrays.copyOf(data.array(), type.bytes());
      NpyArray one = new NpyArray(type, new int[] {1}, ByteBuffer.wrap(bytes));
      boolean same = type.isFloating() ? one.doubleAt(0) == whole : one.longAt(0) == whole;
      if (same && (type != NpyType.BOOL || (whole >= 0 && whole <= 1))) {
        return bigEndian ? reversed(bytes) : bytes;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new InputException(
        "%s holds numbers of the type %s, which cannot be '%s'"
            .formatted(source, type.description().substring(1), value));
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  /** Returns the bits of the nearest half-precision number that is not further from 0. */
  private static short half(long whole) {
    long size = Math.abs(whole);
    if (size == 0 || size > 65_504) {
      return 0;
    }
    int exponent = 63 - Long.numberOfLeadingZeros(size);
    long fraction = exponent <= 10 ? size << (10 - exponent) : size >> (exponent - 10);
    return (short) ((whole < 0 ? 0x8000 : 0) | (exponent + 15) << 10 | (fraction & 0x3ff));
  }

  private static String withoutZeros(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == 0) {
      end--;
    }
    return text.substring(0, end);
  }
}

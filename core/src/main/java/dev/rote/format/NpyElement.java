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

  private static String withoutZeros(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == 0) {
      end--;
    }
    return text.substring(0, end);
  }
}

package dev.rote.figure;

import dev.rote.text.Markup;
import java.util.Locale;

/** Writes SVG elements. */
final class Svg {
  private final StringBuilder text = new StringBuilder();

  /** {@code pairs}: attribute names and values, alternately. */
  Svg open(String element, Object... pairs) {
    text.append('<').append(element);
    attributes(pairs);
    text.append('>');
    return this;
  }

  Svg close(String element) {
    text.append("</").append(element).append(">\n");
    return this;
  }

  Svg empty(String element, Object... pairs) {
    text.append('<').append(element);
    attributes(pairs);
    text.append("/>\n");
    return this;
  }

  Svg element(String element, String content, Object... pairs) {
    open(element, pairs);
    text.append(Markup.escaped(content));
    return close(element);
  }

  private void attributes(Object... pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      Object value = pairs[i + 1];
      text.append(' ').append(pairs[i]).append("=\"");
      text.append(
          value instanceof Double number ? number(number) : Markup.escaped(value.toString()));
      text.append('"');
    }
  }

  /** Formats a number with two decimals: a hundredth of a pixel. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

package dev.rote.bench;

import java.util.Locale;
import java.util.Optional;

/**
 * An execution that oneDNN logs when {@code ONEDNN_VERBOSE=1}: {@code
 * onednn_verbose,v1,primitive,exec,cpu,convolution,jit:avx512_core,forward_training,…,0.123}, or
 * without the version, or with a time stamp before {@code primitive}.
 *
 * @param kind {@code convolution}, {@code reorder}, …
 * @param direction {@code forward_training}, {@code backward_data}, {@code undef}, …
 * @param milliseconds that it took
 */
record Primitive(String kind, String direction, double milliseconds) {
  private static final String PREFIX = "onednn_verbose,";

  /** Returns the execution that a line reports, if it reports one. */
  static Optional<Primitive> parse(String line) {
    if (!line.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String[] fields = line.split(",", -1);
    for (int i = 1; i + 5 < fields.length && i <= 3; i++) {
      // after exec: engine, kind, implementation, direction
      if (fields[i].equals("primitive") && fields[i + 1].equals("exec")) {
        String kind = fields[i + 3].toLowerCase(Locale.ROOT);
        String direction = fields[i + 5].toLowerCase(Locale.ROOT);
        return time(fields[fields.length - 1]).map(time -> new Primitive(kind, direction, time));
      }
    }
    return Optional.empty();
  }

  /** Returns a time in milliseconds; a line that was cut short has none at its end. */
  private static Optional<Double> time(String text) {
    try {
      double milliseconds = Double.parseDouble(text.strip());
      return milliseconds >= 0 ? Optional.of(milliseconds) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Returns {@code oneDNN v3.7.1}, if the line has it. */
  static Optional<String> version(String line) {
    int start = line.indexOf("info,oneDNN v");
    return line.startsWith(PREFIX) && start >= 0
        ? Optional.of(line.substring(start + "info,".length()).replaceAll(" \\(.*", ""))
        : Optional.empty();
  }

  /** Returns the kind and, if there is one, the direction: {@code convolution backward_data}. */
  String name() {
    return direction.equals("undef") ? kind : kind + " " + direction;
  }
}

package dev.rote.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Names on the command line and in files: those of enums, and suggestions for misspelled ones. */
public final class Names {
  /** Longest list of known names that is shown beside a nearest one. */
  private static final int SHORT_LIST = 12;

  private static final int SHOWN = 10;

  private Names() {}

  /** Returns the text form of an enum's constant: {@code SHUFFLED_PIXELS} is shuffled-pixels. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the text forms of an enum's constants. */
  public static <E extends Enum<E>> List<String> all(Class<E> type) {
    return Arrays.stream(type.getEnumConstants()).map(Names::of).toList();
  }

  /**
   * Returns the constant of an enum that a text names.
   *
   * @param what word for the constants in the error line
   * @throws InputException if it names none, with the nearest name
   */
  public static <E extends Enum<E>> E parse(String what, Class<E> type, String text) {
    int found = all(type).indexOf(text.strip());
    if (found < 0) {
      throw new InputException(unknown(what, text.strip(), all(type)));
    }
    return type.getEnumConstants()[found];
  }

  /**
   * Returns the error line for a name that is not known, with the nearest known one: {@code unknown
   * loss 'rrl'; did you mean …}.
   */
  public static String unknown(String what, String name, Collection<String> known) {
    String problem = "unknown " + what + " '" + name + "'";
    String meant = nearest(name, known).map(n -> "; did you mean '" + n + "'?").orElse("");
    return meant.isEmpty() || known.size() <= SHORT_LIST
        ? problem + (meant.isEmpty() ? ";" : meant) + " known: " + String.join(", ", known)
        : problem + meant;
  }

  /** Returns names as a message shows them: the first ten, and an ellipsis for the others. */
  public static String firstOf(List<String> names) {
    return names.size() <= SHOWN
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, SHOWN)) + ", …";
  }

  /**
   * Returns the known name with the smallest edit distance, capitals aside, if it is nearer than
   * half of the name's length.
   */
  public static Optional<String> nearest(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> apart(name, candidate)))
        .filter(candidate -> apart(name, candidate) <= Math.max(2, name.length() / 2));
  }

  private static int apart(String a, String b) {
    return LevenshteinDistance.getDefaultInstance()
        .apply(a.toLowerCase(Locale.ROOT), b.toLowerCase(Locale.ROOT));
  }
}

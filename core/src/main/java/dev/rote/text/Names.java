package dev.rote.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests known names for misspelled ones. */
public final class Names {
  /** Longest list of known names that is shown beside a nearest one. */
  private static final int SHORT_LIST = 12;

  private Names() {}

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
    return distance(a.toLowerCase(Locale.ROOT), b.toLowerCase(Locale.ROOT));
  }

  /** Levenshtein distance. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}

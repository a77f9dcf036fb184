package dev.rote.text;

import java.util.Locale;

/** Counts in messages: "1 image", "1,200 images". */
public final class Count {
  private Count() {}

  /** Returns a number with a word whose plural ends in s. */
  public static String of(long count, String singular) {
    return of(count, singular, singular + "s");
  }

  /** Returns a number with the form of a word that fits it. */
  public static String of(long count, String singular, String plural) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? singular : plural);
  }
}

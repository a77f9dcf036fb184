package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.text.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.LongStream;

/**
 * One seed, or all from a first to a last one: {@code 3} or {@code 1..60}.
 *
 * @param last at least {@code first}, and at most 99,999 above it
 */
public record SeedRange(long first, long last) {
  private static final String DOTS = "..";
  private static final long MOST = 100_000;

  public SeedRange {
    if (last < first) {
      throw new InputException(
          "seeds %d..%d are none; the first must not be above the last".formatted(first, last));
    }
    if (last - first >= MOST || last - first < 0) {
      throw new InputException("seeds %d..%d are more than %,d".formatted(first, last, MOST));
    }
  }

  /** Returns a single seed. */
  public static SeedRange of(long seed) {
    return new SeedRange(seed, seed);
  }

  /**
   * Reads the text form.
   *
   * @throws InputException if it is not an integer or a range of integers
   */
  public static SeedRange parse(String text) {
    int dots = text.indexOf(DOTS);
    try {
      return dots < 0
          ? of(Long.parseLong(text.strip()))
          : new SeedRange(
              Long.parseLong(text.substring(0, dots).strip()),
              Long.parseLong(text.substring(dots + DOTS.length()).strip()));
    } catch (NumberFormatException e) {
      throw new InputException(
          "seed '" + text + "' is neither an integer nor a range such as 1..60", e);
    }
  }

  /** Reads what a study file states: an integer, or the text of a range. */
  @JsonCreator
  static SeedRange stated(Object value) {
    return parse(value.toString());
  }

  /** Returns the seeds of some ranges, in their order. */
  public static List<Long> seeds(List<SeedRange> ranges) {
    return ranges.stream()
        .flatMapToLong(range -> LongStream.rangeClosed(range.first, range.last))
        .boxed()
        .toList();
  }

  /** Returns the fewest ranges that hold these seeds and no others. */
  public static List<SeedRange> covering(SortedSet<Long> seeds) {
    List<SeedRange> ranges = new ArrayList<>();
    for (long seed : seeds) {
      int end = ranges.size() - 1;
      if (end >= 0 && ranges.get(end).last == seed - 1) {
        ranges.set(end, new SeedRange(ranges.get(end).first, seed));
      } else {
        ranges.add(of(seed));
      }
    }
    return List.copyOf(ranges);
  }

  @JsonValue
  @Override
  public String toString() {
    return first == last ? Long.toString(first) : first + DOTS + last;
  }
}

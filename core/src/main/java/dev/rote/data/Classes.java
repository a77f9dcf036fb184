package dev.rote.data;

import dev.rote.text.InputException;
import java.math.BigInteger;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The classes of a data set: the names that occur in it, as they are written. Names that are all
 * integers are in the order of their numbers, others in the order of their text.
 */
public final class Classes {
  private Classes() {}

  /** Returns the distinct names in order. */
  public static List<String> of(Collection<String> names) {
    List<String> distinct = new ArrayList<>(new LinkedHashSet<>(names));
    Comparator<String> byText = Comparator.naturalOrder();
    distinct.sort(
        areIntegers(distinct)
            ? Comparator.<String, BigInteger>comparing(BigInteger::new).thenComparing(byText)
            : byText);
    return List.copyOf(distinct);
  }

  /** Returns whether every name is an integer. */
  public static boolean areIntegers(Collection<String> names) {
    return names.stream().allMatch(name -> name.matches("-?\\d{1,30}"));
  }

  /**
   * Returns the position of each label among the classes.
   *
   * @throws InputException if a label is not among them
   */
  public static int[] indices(List<String> labels, List<String> classes) {
    Map<String, Integer> index = index(classes);
    return labels.stream()
        .mapToInt(
            label -> {
              Integer at = index.get(label);
              if (at == null) {
                throw new InputException("label '" + label + "' is not one of the classes");
              }
              return at;
            })
        .toArray();
  }

  /** Returns the position of each class by its name. */
  public static Map<String, Integer> index(List<String> classes) {
    Map<String, Integer> index = new HashMap<>();
    for (int k = 0; k < classes.size(); k++) {
      index.put(classes.get(k), k);
    }
    return index;
  }

  /**
   * Describes the names that look like the same class written in several ways.
   *
   * @return a line for each group of names that differ only in case, Unicode normalization, spaces
   *     or leading zeros
   */
  public static List<String> alike(String source, List<String> classes) {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (String name : classes) {
      groups.computeIfAbsent(plain(name), key -> new ArrayList<>()).add(name);
    }
    return groups.values().stream()
        .filter(group -> group.size() > 1)
        .map(
            group ->
                "%s counts %s as different classes, which differ only in %s; rename them if they are one"
                    .formatted(source, quoted(group), difference(group)))
        .toList();
  }

  private static String plain(String name) {
    String text = Normalizer.normalize(name, Normalizer.Form.NFC).strip().toLowerCase(Locale.ROOT);
    return text.matches("-?\\d{1,30}") ? new BigInteger(text).toString() : text;
  }

  private static String difference(List<String> group) {
    if (areIntegers(group)) {
      return "leading zeros";
    }
    Stream<String> stripped = group.stream().map(String::strip);
    if (stripped.distinct().count() < group.size()) {
      return "spaces";
    }
    return group.stream().map(name -> name.toLowerCase(Locale.ROOT)).distinct().count()
            < group.size()
        ? "case"
        : "Unicode normalization or spaces";
  }

  private static String quoted(List<String> names) {
    return String.join(" and ", names.stream().map(name -> "'" + name + "'").toList());
  }
}

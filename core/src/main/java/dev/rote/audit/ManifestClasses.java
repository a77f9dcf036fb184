package dev.rote.audit;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The classes of a manifest, as its reader in {@code dev.rote.data} names them. */
final class ManifestClasses {
  private ManifestClasses() {}

  /**
   * Names of all classes in the columns {@code label} and {@code original_label}: 0 to the largest
   * where all are integers, else the names that occur.
   */
  static List<String> of(List<String> header, List<List<String>> body) {
    List<String> all =
        body.stream()
            .flatMap(
                row ->
                    Stream.of("label", "original_label")
                        .filter(header::contains)
                        .map(column -> row.get(header.indexOf(column))))
            .toList();
    if (!all.stream().allMatch(label -> label.matches("\\d{1,9}"))) {
      return List.copyOf(new TreeSet<>(all));
    }
    int largest = all.stream().mapToInt(Integer::parseInt).max().orElse(0);
    return IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
  }

  /** 007 is class 7 where classes are integers. */
  static String canonical(String label, List<String> classes) {
    return classes.contains(label) || !label.matches("\\d{1,9}")
        ? label
        : Integer.toString(Integer.parseInt(label));
  }
}

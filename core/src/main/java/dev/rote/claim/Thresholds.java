package dev.rote.claim;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers behind a claim's words.
 *
 * @param changed those that differ from docs/claims.md
 */
public record Thresholds(Map<Threshold, Double> changed) {
  /** Those that docs/claims.md argues for. */
  public static final Thresholds DEFAULT = new Thresholds(Map.of());

  public Thresholds {
    changed = Map.copyOf(changed);
  }

  /** Returns the value of a threshold. */
  public double of(Threshold threshold) {
    return changed.getOrDefault(threshold, threshold.usual());
  }

  /**
   * Returns these with some replaced.
   *
   * @param settings texts such as {@code saturation=0.1}
   * @throws InputException for an unknown name or a value that is not a number from 0 up
   */
  public Thresholds with(List<String> settings) {
    Map<Threshold, Double> all = new EnumMap<>(Threshold.class);
    all.putAll(changed);
    List<String> names = Arrays.stream(Threshold.values()).map(Threshold::toString).toList();
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      int index = names.indexOf(parts[0].strip());
      if (index < 0) {
        throw new InputException(Names.unknown("threshold", parts[0].strip(), names));
      }
      all.put(Threshold.values()[index], number(setting, parts.length < 2 ? "" : parts[1]));
    }
    return new Thresholds(all);
  }

  private static double number(String setting, String value) {
    try {
      double number = Double.parseDouble(value.strip());
      if (number >= 0 && number < Double.POSITIVE_INFINITY) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The message below covers this.
    }
    throw new InputException(
        "threshold '" + setting + "' is not NAME=NUMBER, as in saturation=0.1");
  }
}

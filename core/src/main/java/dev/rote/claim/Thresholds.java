package dev.rote.claim;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/**
 * Where a claim's words become numbers.
 *
 * @param memorizedJ1 J1 from which training accuracy is "about 100%"
 * @param overfitJ1 J1 from which CCE "overfits" MNIST
 * @param highShare share of the way from 1−η to 1 from which J1 of MSE "gets high"
 * @param saturation largest |J1 − (1−η)| that is "near 1−η"
 * @param drift largest change of J1 over the last fifth of the epochs at which it is "settled"
 * @param resistance largest accuracy at η = 0 minus J2 at η that is "close"
 * @param likeness largest difference of J2 at which two losses "behave alike"
 * @param theorem largest deviation from the theorem's line, of a symmetric loss, that is rounding
 */
public record Thresholds(
    double memorizedJ1,
    double overfitJ1,
    double highShare,
    double saturation,
    double drift,
    double resistance,
    double likeness,
    double theorem) {

  /** Those that docs/claims.md argues for. */
  public static final Thresholds DEFAULT =
      new Thresholds(0.95, 0.9, 0.5, 0.05, 0.03, 0.1, 0.05, 1e-9);

  /**
   * These with some replaced.
   *
   * @param settings texts such as {@code saturation=0.1}
   * @throws InputException for an unknown name or a value that is no number from 0 up
   */
  public Thresholds with(List<String> settings) {
    RecordComponent[] components = Thresholds.class.getRecordComponents();
    List<String> names = Arrays.stream(components).map(RecordComponent::getName).toList();
    try {
      Object[] values = new Object[components.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = components[i].getAccessor().invoke(this);
      }
      for (String setting : settings) {
        String[] parts = setting.split("=", 2);
        int index = names.indexOf(parts[0].strip());
        if (index < 0) {
          throw new InputException(Names.unknown("threshold", parts[0].strip(), names));
        }
        values[index] = number(setting, parts.length < 2 ? "" : parts[1]);
      }
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return Thresholds.class.getConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static double number(String setting, String value) {
    try {
      double number = Double.parseDouble(value.strip());
      if (number >= 0 && number < Double.POSITIVE_INFINITY) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new InputException(
        "threshold '" + setting + "' is not NAME=NUMBER, as in saturation=0.1");
  }
}

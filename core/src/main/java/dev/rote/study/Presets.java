package dev.rote.study;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Studies that have a name, each a YAML file among this package's resources. */
public final class Presets {
  /** Names of all presets. */
  public static final List<String> NAMES =
      List.of(
          "quick",
          "paper",
          "paper-mnist-resnet18",
          "paper-cifar10-resnet32",
          "paper-cifar10-inception-lite",
          "robust-mnist",
          "robust-cifar10",
          "robust-cifar10-small",
          "alpha-mnist",
          "alpha-cifar10",
          "lab-inputs",
          "lab-inputs-cifar10",
          "lab-samples",
          "lab-samples-mnist",
          "lab-capacity",
          "lab-capacity-mnist",
          "lab-scores",
          "lab-scores-mnist",
          "lab-scores-cifar10");

  static final List<LossSpec> PAPER_LOSSES =
      List.of(LossSpec.CCE, LossSpec.MSE, LossSpec.NORMALIZED_MSE, LossSpec.rll(0.1));

  private static final Map<String, List<String>> SERIES =
      Map.of(
          "paper",
          List.of(
              "paper-cifar10-inception-lite", "paper-cifar10-resnet32", "paper-mnist-resnet18"));

  private Presets() {}

  /** Returns the presets that a name stands for: itself, or those of a series. */
  public static List<String> members(String name) {
    return SERIES.getOrDefault(name, List.of(name));
  }

  /**
   * Returns the options of a preset.
   *
   * @throws InputException if there is none of that name, with the nearest name, or it is a series
   */
  public static StudyOptions byName(String name) {
    if (!NAMES.contains(name)) {
      throw new InputException(Names.unknown("preset", name, NAMES));
    }
    if (SERIES.containsKey(name)) {
      throw new InputException(
          "preset '%s' is several studies: %s; only 'rote study' and 'rote plan' take it, with --preset"
              .formatted(name, String.join(", ", members(name))));
    }
    String file = name + ".yaml";
    try (InputStream in = Presets.class.getResourceAsStream(file)) {
      return StudyOptions.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

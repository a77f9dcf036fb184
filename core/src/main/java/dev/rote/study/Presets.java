package dev.rote.study;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Named studies, and the protocol that each network is trained with unless something else is said.
 *
 * <p>The paper's three protocols are those of Patel and Sastry (PAKDD 2021), section 3; batch size
 * and the absence of augmentation are from the authors' code. The protocols of {@code cnn4} and
 * {@code cnn8} are those of Ma et al. (ICML 2020), section 4, as Zhou et al. (ICML 2021) and later
 * papers on robust losses have it.
 */
public final class Presets {
  /** Names of all presets. */
  public static final List<String> NAMES =
      List.of(
          "quick",
          "paper-mnist-resnet18",
          "paper-cifar10-resnet32",
          "paper-cifar10-inception-lite",
          "robust-mnist",
          "robust-cifar10",
          "robust-cifar10-small",
          "alpha-mnist",
          "alpha-cifar10");

  static final List<String> PAPER_LOSSES =
      List.of("cce", "mse", "normalized(mse)", "rll(alpha=0.1)");

  private static final int PAPER_BATCH = 128;
  private static final int ROBUST_BATCH = 128;
  private static final double ROBUST_CLIP = 5;

  private Presets() {}

  /** The options of a preset, each of them a YAML file among this package's resources. */
  public static StudyOptions byName(String name) {
    if (!NAMES.contains(name)) {
      throw new InputException(Names.unknown("preset", name, NAMES));
    }
    String file = name + ".yaml";
    try (InputStream in = Presets.class.getResourceAsStream(file)) {
      return StudyOptions.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * The protocol that {@code network} is trained with by default: the paper's, where the paper
   * trains it.
   */
  public static Protocol protocolFor(String network) {
    return switch (network) {
      case "inception-lite" ->
          new Protocol(
              "sgd", 1e-2, 0.9, 0, "exponential(0.95)", 0, 100, PAPER_BATCH, Precision.FLOAT32);
      case "resnet32" ->
          new Protocol(
              "sgd",
              1e-1,
              0.9,
              1e-4,
              "steps(0.1, 100, 150)",
              0,
              200,
              PAPER_BATCH,
              Precision.FLOAT32);
      case "resnet18" ->
          new Protocol("adam", 1e-3, 0, 0, "constant", 0, 200, PAPER_BATCH, Precision.FLOAT32);
      case "cnn4" ->
          new Protocol(
              "sgd",
              1e-2,
              0.9,
              1e-3,
              "cosine",
              0,
              50,
              ROBUST_BATCH,
              Precision.FLOAT32,
              "none",
              Optional.of(ROBUST_CLIP));
      case "cnn8" ->
          new Protocol(
              "sgd",
              1e-2,
              0.9,
              1e-4,
              "cosine",
              0,
              120,
              ROBUST_BATCH,
              Precision.FLOAT32,
              "flip+crop(4)",
              Optional.of(ROBUST_CLIP));
      default ->
          new Protocol("adam", 1e-3, 0, 0, "constant", 0, 30, PAPER_BATCH, Precision.FLOAT32);
    };
  }
}

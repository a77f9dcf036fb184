package dev.rote.bench;

import dev.rote.study.Precision;
import dev.rote.text.InputException;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The peak arithmetic of a GPU in 10¹² floating-point operations per second, from its data sheet:
 * without sparsity, on tensor cores for TF32 and bf16. Data sheets that state only numbers with
 * sparsity are halved.
 *
 * @param source name of the GPU, or of the option, for messages
 */
record Peak(String source, Map<Precision, Double> teraflops) {
  private static final DecimalFormatSymbols ROOT = DecimalFormatSymbols.getInstance(Locale.ROOT);

  /** Parts of the names that NVIDIA's driver gives, the longer ones first. */
  private static final List<Known> KNOWN =
      List.of(
          // NVIDIA H200 and H100 Tensor Core GPU data sheets
          new Known("H200 NVL|H100 NVL", 60, 417.5, 835.5),
          new Known("H200|H100.* HBM3|GH200", 67, 494.5, 989.5),
          new Known("H100.*PCIe", 51, 378, 756.5),
          // NVIDIA A100 and A30 Tensor Core GPU data sheets
          new Known("A100", 19.5, 156, 312),
          new Known("A30", 10.3, 82, 165),
          // NVIDIA A40, A10, L40S and L4 data sheets
          new Known("A40", 37.4, 74.8, 149.7),
          new Known("A10", 31.2, 62.5, 125),
          new Known("L40S", 91.6, 183, 362),
          new Known("L4", 30.3, 60, 121));

  private record Known(Pattern name, double float32, double tf32, double bf16) {
    Known(String name, double float32, double tf32, double bf16) {
      this(Pattern.compile("\\b(" + name + ")\\b"), float32, tf32, bf16);
    }

    Peak of(String gpu) {
      return new Peak(
          gpu, Map.of(Precision.FLOAT32, float32, Precision.TF32, tf32, Precision.BF16, bf16));
    }
  }

  /** Returns the peak of a GPU by the name that its driver gives; empty if it is not known. */
  static Optional<Peak> ofGpu(String name) {
    return KNOWN.stream()
        .filter(known -> known.name.matcher(name).find())
        .findFirst()
        .map(known -> known.of(name));
  }

  /**
   * As a person gives it.
   *
   * @param teraflops by name of the precision
   * @throws InputException if a name is unknown, or a number not above 0
   */
  static Peak given(Map<String, Double> teraflops) {
    Map<Precision, Double> read = new EnumMap<>(Precision.class);
    teraflops.forEach(
        (name, value) -> {
          if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new InputException("peak " + name + "=" + value + " is outside (0, ∞)");
          }
          read.put(Precision.parse(name), value);
        });
    return new Peak("--peak", read);
  }

  /** Returns text for people: {@code float32 67, tf32 494.5, bf16 989.5}. */
  String text() {
    return Arrays.stream(Precision.values())
        .filter(teraflops::containsKey)
        .map(
            precision ->
                precision + " " + new DecimalFormat("0.#", ROOT).format(teraflops.get(precision)))
        .collect(Collectors.joining(", "));
  }

  /** Returns operations per second as a share of the peak; empty if no peak is known. */
  Optional<Double> share(Precision precision, double flops) {
    return Optional.ofNullable(teraflops.get(precision)).map(peak -> flops / (peak * 1e12));
  }
}

package dev.rote.loss;

import dev.rote.noise.LabelNoise;
import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * T with T_ij = P(y = j | y^cl = i), of a label noise, as float64 tensors that are created once for
 * each K and outlive every {@code PointerScope}.
 */
final class TransitionMatrix {
  static final LossParameter NOISE =
      LossParameter.other("noise", "", "label noise to correct for, as in symmetric(0.4)");
  static final LossParameter FILE =
      LossParameter.other("matrix", "", "or a CSV file with T, the same as matrix(FILE)");

  private final LabelNoise noise;
  private double[][] entries = new double[0][];
  private Tensor matrix;
  private double[][] inverseEntries = new double[0][];
  private Tensor inverse;

  TransitionMatrix(LabelNoise noise) {
    this.noise = noise;
  }

  /** Reads {@code symmetric(0.4)}, {@code matrix(FILE)}, … or the path after {@code matrix=}. */
  static TransitionMatrix read(Arguments arguments) {
    Optional<Term> file = arguments.given(FILE);
    Optional<Term> noise = arguments.given(NOISE);
    if (file.isPresent() == noise.isPresent()) {
      String name = arguments.kind().name();
      throw arguments.error(
          name + " needs one noise, as in " + name + "(cce, symmetric(0.4)), or one matrix=FILE");
    }
    if (file.isPresent()) {
      String path = file.get().name();
      String quote = path.indexOf('\'') < 0 ? "'" : "\"";
      return new TransitionMatrix(LabelNoise.parse("matrix(" + quote + path + quote + ")"));
    }
    LabelNoise parsed = LabelNoise.parse(noise.get().toString());
    if (noise.get().name().equals("labels")) {
      throw noise
          .get()
          .error("labels(FILE) has no transition matrix, since given labels are not drawn");
    }
    return new TransitionMatrix(parsed);
  }

  String spec() {
    return noise.toString();
  }

  String fingerprint() {
    return noise.fingerprint();
  }

  /** Returns whether no entry of T is 0, for any K. Always false for a matrix from a file. */
  boolean mixesAllClasses() {
    return noise.toString().matches("(symmetric|uniform).*")
        && Arrays.stream(noise.transitionMatrix(3))
            .flatMapToDouble(Arrays::stream)
            .allMatch(entry -> entry > 0);
  }

  /** Returns T, {@code [K,K]}. */
  synchronized double[][] entries(int classes) {
    if (entries.length != classes) {
      entries = noise.transitionMatrix(classes);
    }
    return entries;
  }

  /** Returns T, {@code [K,K]} float64, for logits {@code [N,K]} and on their device. */
  synchronized Tensor matrix(Tensor logits) {
    if (!serves(matrix, logits)) {
      matrix = tensor(entries((int) logits.size(1)), logits);
    }
    return matrix;
  }

  private static boolean serves(Tensor kept, Tensor logits) {
    return kept != null && kept.size(0) == logits.size(1) && kept.device().equals(logits.device());
  }

  /** Returns T⁻¹, {@code [K,K]}; refuses a T without inverse. */
  synchronized double[][] inverseEntries(int classes) {
    if (inverseEntries.length != classes) {
      inverseEntries =
          SquareMatrix.inverse(entries(classes))
              .orElseThrow(
                  () ->
                      new InputException(
                          "backward: the transition matrix of "
                              + noise
                              + " for "
                              + classes
                              + " classes has no inverse; use a smaller rate, or forward"));
    }
    return inverseEntries;
  }

  /** Returns T⁻¹, {@code [K,K]} float64, for logits {@code [N,K]} and on their device. */
  synchronized Tensor inverse(Tensor logits) {
    if (!serves(inverse, logits)) {
      inverse = tensor(inverseEntries((int) logits.size(1)), logits);
    }
    return inverse;
  }

  private static Tensor tensor(double[][] rows, Tensor there) {
    int classes = rows.length;
    double[] flat = new double[classes * classes];
    for (int i = 0; i < classes; i++) {
      System.arraycopy(rows[i], 0, flat, i * classes, classes);
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor =
          Tensor.create(flat).view(classes, classes).to(there.device(), ScalarType.Double).clone();
      tensor.retainReference();
      return tensor;
    }
  }
}

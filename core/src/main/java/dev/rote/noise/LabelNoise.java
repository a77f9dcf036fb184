package dev.rote.noise;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.data.LabelledImages;
import dev.rote.random.RandomStreams;
import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.util.OptionalDouble;

/**
 * A random process that turns original labels y^cl into observed labels y, among K classes.
 *
 * <p>Draws come from the stream {@code noise} of a seed ({@link RandomStreams}), so they depend on
 * the seed and the labels alone. With {@code symmetric(η)}, {@code uniform(η)} and {@code pair(η)},
 * the samples that are altered at one rate are altered in the same way at every higher rate of that
 * seed.
 */
public interface LabelNoise {
  /**
   * Draws observed labels.
   *
   * @param original N original labels in [0, classes)
   * @param ids N sample ids, positions in the source
   * @param classes K, at least 2
   * @param seed seed of the run
   * @throws InputException for fewer than 2 classes, or where a file that this noise was read from
   *     does not fit K or N
   */
  NoiseDraw draw(int[] original, long[] ids, int classes, long seed);

  /**
   * Draws observed labels for images. If the source itself has observed and original labels (a
   * manifest with a third column), {@code none} keeps the observed labels of the source, and every
   * other noise starts from the original ones.
   */
  default NoiseDraw draw(LabelledImages images, long seed) {
    return draw(images.originalLabels(), images.ids(), images.classes(), seed);
  }

  /**
   * Returns T with T_ij = P(y = j | y^cl = i), row-stochastic.
   *
   * @param classes K, at least 2
   * @return K×K
   * @throws InputException for given labels, which are not drawn, and if a file has another K
   */
  double[][] transitionMatrix(int classes);

  /** Returns the text form, which {@link #parse} reads. */
  @JsonValue
  default String text() {
    return toString();
  }

  /** Returns the text form, or words where that is a path: {@code given labels}. */
  default String label() {
    return toString();
  }

  /**
   * Returns what decides the draws, as text: the text form, but with the SHA-256 of a file's
   * content in place of its path.
   *
   * @throws InputException if the file cannot be read
   */
  default String fingerprint() {
    return toString();
  }

  /** Returns η where the noise is none (0) or symmetric; else empty. */
  default OptionalDouble symmetricRate() {
    return OptionalDouble.empty();
  }

  /** Returns whether the observed labels do not depend on the seed of the run. */
  default boolean sameAtEverySeed() {
    return false;
  }

  /**
   * Refuses a file that cannot be used.
   *
   * @throws InputException with the reason
   */
  default void requireReadable() {}

  /**
   * Reads the text form, and the file that it names:
   *
   * <ul>
   *   <li>{@code none}: keeps every label
   *   <li>{@code symmetric(η)}: y = y^cl with probability 1−η, else one of the K−1 other classes,
   *       uniformly, for each sample on its own (Patel and Sastry 2021, eq. 1)
   *   <li>{@code symmetric(η, exact)}: as {@code symmetric(η)}, but exactly η times the size of
   *       each class, rounded, are altered
   *   <li>{@code uniform(η)}: with probability η one of all K classes, uniformly, the original
   *       among them, so that η(K−1)/K are altered
   *   <li>{@code pair(η)}: with probability η the next class, k+1 modulo K
   *   <li>{@code matrix(FILE)}: y drawn from row y^cl of a K×K CSV file, whose rows sum to 1
   *   <li>{@code labels(FILE)}: the given observed labels, NPY or CSV, matched by an {@code id} or
   *       {@code path} column where there is one; else one for each sample or for each image of the
   *       whole source
   *   <li>{@code fixed(NOISE)}: as {@code NOISE} draws them in a run of seed 1 ({@code fixed(NOISE,
   *       seed=S)}: of seed S), the same in every run
   * </ul>
   *
   * @throws InputException for unknown names, rates outside [0, 1], and files that cannot be used
   */
  static LabelNoise parse(String text) {
    LabelNoise noise = unread(text);
    noise.requireReadable();
    return noise;
  }

  /**
   * Reads the text form only; a file is read when it is first needed, so that records of runs can
   * be read after their files are deleted.
   *
   * @throws InputException for unknown names and rates outside [0, 1]
   */
  @JsonCreator
  static LabelNoise unread(String text) {
    return Noises.read(Term.parse(text));
  }
}

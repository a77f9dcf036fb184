package dev.rote.report.audit;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * A sample and how far its label is under suspicion.
 *
 * @param id sample id: its position in the source
 * @param path of its image as the source names it; empty where the source has no files
 * @param observed class that it is labelled as, in [0, K)
 * @param suggested class that it seems to belong to, in [0, K); {@code observed} where no other
 *     does
 * @param score that it was ranked by; larger is more suspect
 * @param probability that its label is wrong, in [0, 1]; NaN if unknown
 * @param picture its image to embed, a PNG or JPEG file, or none
 * @param text what is shown of it beside its image or instead, a few lines; may be empty
 */
public record ReviewSample(
    long id,
    String path,
    int observed,
    int suggested,
    double score,
    double probability,
    Optional<byte[]> picture,
    String text) {
  /** Makes a sample without text. */
  public ReviewSample(
      long id,
      String path,
      int observed,
      int suggested,
      double score,
      double probability,
      Optional<byte[]> picture) {
    this(id, path, observed, suggested, score, probability, picture, "");
  }

  public ReviewSample {
    Objects.requireNonNull(path);
    Objects.requireNonNull(picture);
    Objects.requireNonNull(text);
    if (id < 0 || observed < 0 || suggested < 0 || probability < 0 || probability > 1) {
      throw new IllegalArgumentException(
          "no suspect: id %d, classes %d and %d, probability %s"
              .formatted(id, observed, suggested, probability));
    }
  }

  /** Returns the bytes that this sample takes in a page, about. */
  long pageBytes() {
    return 45
        + path.getBytes(StandardCharsets.UTF_8).length
        + text.getBytes(StandardCharsets.UTF_8).length * 11L / 10
        + picture.map(bytes -> bytes.length * 4L / 3).orElse(0L);
  }
}

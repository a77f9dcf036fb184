package dev.rote.report.audit;

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
 * @param probability that its label is wrong, in [0, 1]
 * @param picture its image to embed, a PNG or JPEG file, or none
 */
public record ReviewSample(
    long id,
    String path,
    int observed,
    int suggested,
    double score,
    double probability,
    Optional<byte[]> picture) {
  public ReviewSample {
    Objects.requireNonNull(path);
    Objects.requireNonNull(picture);
    if (id < 0 || observed < 0 || suggested < 0 || !(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "no suspect: id %d, classes %d and %d, probability %s"
              .formatted(id, observed, suggested, probability));
    }
  }
}

package dev.rote.audit;

import dev.rote.data.LabelledImages;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The samples of an audit, by position.
 *
 * @param ids sample ids
 * @param labels observed labels
 * @param classNames names of the K classes
 * @param paths of their images, where there are files
 * @param images themselves, where there are any
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record AuditedSamples(
    long[] ids,
    int[] labels,
    List<String> classNames,
    Optional<List<String>> paths,
    Optional<LabelledImages> images) {

  /** Images with labels that may differ from the source's. */
  public static AuditedSamples of(LabelledImages images, int[] labels) {
    return new AuditedSamples(
        images.ids(), labels, images.classNames(), images.paths(), Optional.of(images));
  }

  /** Labels alone. */
  public static AuditedSamples of(HeldOut data) {
    return new AuditedSamples(
        IntStream.range(0, data.size()).asLongStream().toArray(),
        data.labels(),
        data.classNames(),
        Optional.empty(),
        Optional.empty());
  }

  /** What tells these samples with these labels from others. */
  public String fingerprint() {
    int hash = 31 * (31 * Arrays.hashCode(ids) + Arrays.hashCode(labels)) + classNames.hashCode();
    return Integer.toHexString(31 * hash + paths.hashCode());
  }
}

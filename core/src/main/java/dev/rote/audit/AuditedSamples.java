package dev.rote.audit;

import dev.rote.data.LabelledImages;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The samples of an audit, by position. Where samples carry several labels, these are the questions
 * about them ({@link MultiLabels}): paths, texts and images of a sample then occur K times.
 *
 * @param ids sample ids
 * @param labels observed labels
 * @param classNames names of the K classes
 * @param paths of their images, where there are files
 * @param texts what a page shows of them beside their images or instead, a few lines each
 * @param images themselves, where there are any
 * @param questions number of questions about each sample: 1, or K where samples carry several
 *     labels
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record AuditedSamples(
    long[] ids,
    int[] labels,
    List<String> classNames,
    Optional<List<String>> paths,
    Optional<List<String>> texts,
    Optional<LabelledImages> images,
    int questions) {

  /** Returns images with labels that may differ from the source's. */
  public static AuditedSamples of(LabelledImages images, int[] labels) {
    return new AuditedSamples(
        images.ids(),
        labels,
        images.classNames(),
        images.paths(),
        Optional.empty(),
        Optional.of(images),
        1);
  }

  /** Returns samples whose ids are their positions. */
  public static AuditedSamples of(
      NamedLabels labels, Optional<List<String>> paths, Optional<List<String>> texts) {
    return new AuditedSamples(
        IntStream.range(0, labels.labels().length).asLongStream().toArray(),
        labels.labels(),
        labels.classNames(),
        paths,
        texts,
        Optional.empty(),
        1);
  }

  /** Returns the position of the sample that an entry is about. */
  public int sample(int position) {
    return position / questions;
  }

  /** Returns what tells these samples with these labels from others. */
  public String fingerprint() {
    int hash = 31 * (31 * Arrays.hashCode(ids) + Arrays.hashCode(labels)) + classNames.hashCode();
    return Integer.toHexString(31 * hash + paths.hashCode());
  }
}

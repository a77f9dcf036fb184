package dev.rote.data;

import java.util.List;
import java.util.Optional;

/**
 * N labelled images of one shape, as bytes.
 *
 * @param channels C, 1 (grey) or 3 (red, green, blue)
 * @param height H in pixels
 * @param width W in pixels
 * @param classNames names of the K classes, in label order; K is at least 2
 * @param pixels N·C·H·W values 0..255 (unsigned bytes), image by image, channel planes, rows
 * @param labels N labels as given in the source, each in [0, K)
 * @param original N original labels where the source tells them apart from {@code labels} (a
 *     manifest with a third column); empty means that {@code labels} are taken as the original ones
 * @param ids N sample ids: positions in the source, kept by subsets
 * @param paths N paths relative to the source's root, for sources made of files; else empty
 */
public record LabelledImages(
    int channels,
    int height,
    int width,
    List<String> classNames,
    byte[] pixels,
    int[] labels,
    Optional<int[]> original,
    long[] ids,
    Optional<List<String>> paths) {

  /** Number of images, N. */
  public int size() {
    return labels.length;
  }

  /** Number of classes, K. */
  public int classes() {
    return classNames.size();
  }
}

package dev.rote.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Images that are the same, pixel by pixel, at the size at which they are trained on. If each image
 * has one correct label, copies with different labels are errors that are found without training.
 * (At a small size, images without content, all black say, are copies of one another too.)
 *
 * @param groups each of two images or more, in the order of their first images
 */
public record Duplicates(List<Group> groups) {
  public Duplicates {
    groups = List.copyOf(groups);
  }

  /**
   * Images that are the same.
   *
   * @param positions where they are in the data set, ascending
   * @param labels of each
   */
  public record Group(List<Integer> positions, List<Integer> labels) {
    public Group {
      positions = List.copyOf(positions);
      labels = List.copyOf(labels);
      if (positions.size() < 2 || positions.size() != labels.size()) {
        throw new IllegalArgumentException(
            "%d positions and %d labels make no group of copies"
                .formatted(positions.size(), labels.size()));
      }
    }

    /** Returns whether the copies have different labels. */
    public boolean conflicting() {
      return labels.stream().distinct().count() > 1;
    }

    /** Returns the smallest number of labels that must be wrong: all but the most frequent one. */
    public int atLeastWrong() {
      return labels.size() - (int) mostFrequent();
    }

    /** Returns the most frequent label of the copies; empty if there is a tie. */
    public Optional<Integer> majority() {
      long most = mostFrequent();
      List<Integer> candidates =
          labels.stream().distinct().filter(label -> count(label) == most).toList();
      return candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty();
    }

    private long mostFrequent() {
      return labels.stream().mapToLong(this::count).max().orElseThrow();
    }

    private long count(int label) {
      return labels.stream().filter(other -> other == label).count();
    }
  }

  /** Groups of the images with the labels of the source. */
  public static Duplicates of(LabelledImages images) {
    return of(images, images.labels());
  }

  /**
   * Groups of the images with other labels, such as those observed under label noise.
   *
   * @param labels N labels
   */
  public static Duplicates of(LabelledImages images, int[] labels) {
    if (labels.length != images.size()) {
      throw new IllegalArgumentException(
          "%d labels for %d images".formatted(labels.length, images.size()));
    }
    int bytes = images.shape().values();
    // buffers are equal where their bytes are
    Map<ByteBuffer, Integer> first = new HashMap<>();
    Map<Integer, List<Integer>> copies = new LinkedHashMap<>();
    for (int i = 0; i < labels.length; i++) {
      Integer earlier =
          first.putIfAbsent(ByteBuffer.wrap(images.pixels(), i * bytes, bytes).slice(), i);
      if (earlier != null) {
        copies.computeIfAbsent(earlier, e -> new ArrayList<>(List.of(e))).add(i);
      }
    }
    return new Duplicates(
        copies.values().stream()
            .map(positions -> new Group(positions, positions.stream().map(p -> labels[p]).toList()))
            .sorted((a, b) -> Integer.compare(a.positions().get(0), b.positions().get(0)))
            .toList());
  }

  /**
   * Test images that are also among the training images, so that test accuracy is too high.
   *
   * @param images number of these test images
   * @param relabelled how many of them have another label than each of their training copies
   */
  public record Leakage(int images, int relabelled) {}

  /** Finds the images of a test part that are also among the training images. */
  public static Leakage leakage(LabelledImages train, LabelledImages test) {
    int bytes = train.shape().values();
    Map<ByteBuffer, Set<Integer>> labels = new HashMap<>();
    for (int i = 0; i < test.size(); i++) {
      labels.put(ByteBuffer.wrap(test.pixels(), i * bytes, bytes).slice(), new HashSet<>());
    }
    for (int i = 0; i < train.size(); i++) {
      Set<Integer> copies = labels.get(ByteBuffer.wrap(train.pixels(), i * bytes, bytes).slice());
      if (copies != null) {
        copies.add(train.labels()[i]);
      }
    }
    int images = 0;
    int relabelled = 0;
    for (int i = 0; i < test.size(); i++) {
      Set<Integer> copies = labels.get(ByteBuffer.wrap(test.pixels(), i * bytes, bytes).slice());
      images += copies.isEmpty() ? 0 : 1;
      relabelled += copies.isEmpty() || copies.contains(test.labels()[i]) ? 0 : 1;
    }
    return new Leakage(images, relabelled);
  }

  /** Returns the number of images that are copies of an earlier one. */
  public int copies() {
    return groups.stream().mapToInt(group -> group.positions().size() - 1).sum();
  }

  /** Returns the groups whose images have different labels. */
  public List<Group> conflicting() {
    return groups.stream().filter(Group::conflicting).toList();
  }

  /** Returns the smallest number of labels that must be wrong. */
  public int atLeastWrong() {
    return groups.stream().mapToInt(Group::atLeastWrong).sum();
  }
}

package dev.rote.audit;

import dev.rote.data.Duplicates;
import dev.rote.data.LabelledImages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Images with different labels that show nearly the same: their pixels, at the size at which
 * networks are trained, correlate by 0.98 or more. Resizing, compression, brightness and contrast
 * leave copies of a photograph above that. docs/audit.md has measurements.
 *
 * <p>Pairs are found by the signs of 128 random projections of the images (Charikar 2002,
 * Similarity estimation techniques from rounding algorithms), which are reduced to 8×8 pixels,
 * standardized, and compared with their mean: of images that have nothing in common half of the
 * signs differ, of near duplicates about a tenth.
 */
public final class NearDuplicates {
  /** Largest number of images of which all pairs are compared. */
  static final int MOST_IMAGES = 60_000;

  private static final double LEAST_CORRELATION = 0.98;
  private static final int WORDS = 2;
  private static final int MOST_SIGNS = 24;
  private static final int SIDE = 8;

  /** Variance of the pixels below which an image is blank. */
  private static final double BLANK = 1;

  private final LabelledImages images;
  private final int bytes;
  private final double[] mean;
  private final double[] norm;

  /** Signs of the projections, two words for each image. */
  private final long[] signs;

  private NearDuplicates(LabelledImages images) {
    this.images = images;
    bytes = images.shape().values();
    mean = new double[images.size()];
    norm = new double[images.size()];
    signs = new long[WORDS * images.size()];
    float[][] reduced = new float[images.size()][images.shape().channels() * SIDE * SIDE];
    IntStream.range(0, images.size()).parallel().forEach(i -> reduce(i, reduced[i]));
    double[] centre = new double[images.shape().channels() * SIDE * SIDE];
    for (float[] image : reduced) {
      for (int d = 0; d < centre.length; d++) {
        centre[d] += image[d] / (double) images.size();
      }
    }
    Random random = new Random(1);
    double[][] projections = new double[WORDS * Long.SIZE][centre.length];
    for (double[] projection : projections) {
      Arrays.setAll(projection, d -> random.nextGaussian());
    }
    IntStream.range(0, images.size())
        .parallel()
        .forEach(i -> project(i, reduced[i], centre, projections));
  }

  /**
   * Returns groups of images that are nearly the same and have different labels, in the order of
   * their first images. Images that are exactly the same are left to {@link Duplicates}. Returns
   * none for more than 60,000 images.
   *
   * @param labels N labels
   */
  public static List<Duplicates.Group> of(LabelledImages images, int[] labels) {
    int n = images.size();
    if (n > MOST_IMAGES) {
      return List.of();
    }
    NearDuplicates all = new NearDuplicates(images);
    List<int[]> pairs =
        IntStream.range(0, n)
            .parallel()
            .mapToObj(i -> all.near(i, labels))
            .flatMap(List::stream)
            .toList();
    int[] first = IntStream.range(0, n).toArray();
    for (int[] pair : pairs) {
      int a = first(first, pair[0]);
      int b = first(first, pair[1]);
      first[Math.max(a, b)] = Math.min(a, b);
    }
    Map<Integer, List<Integer>> groups = new TreeMap<>();
    for (int i = 0; i < n; i++) {
      groups.computeIfAbsent(first(first, i), f -> new ArrayList<>()).add(i);
    }
    return groups.values().stream()
        .filter(group -> group.size() > 1)
        .map(group -> new Duplicates.Group(group, group.stream().map(i -> labels[i]).toList()))
        .toList();
  }

  private static int first(int[] first, int i) {
    int at = i;
    while (first[at] != at) {
      at = first[at];
    }
    return at;
  }

  /** Measures an image, reduces it to 8×8 pixels, and standardizes these. */
  private void reduce(int image, float[] reduced) {
    double sum = 0;
    double squares = 0;
    int at = image * bytes;
    for (int c = 0; c < images.shape().channels(); c++) {
      for (int y = 0; y < images.shape().height(); y++) {
        for (int x = 0; x < images.shape().width(); x++) {
          int value = images.pixels()[at++] & 0xff;
          sum += value;
          squares += value * value;
          int row = y * SIDE / images.shape().height();
          reduced[(c * SIDE + row) * SIDE + x * SIDE / images.shape().width()] += value;
        }
      }
    }
    mean[image] = sum / bytes;
    norm[image] = Math.sqrt(Math.max(0, squares - sum * sum / bytes));
    double middle = 0;
    double length = 1e-9;
    for (float value : reduced) {
      middle += value / reduced.length;
    }
    for (float value : reduced) {
      length += (value - middle) * (value - middle);
    }
    for (int d = 0; d < reduced.length; d++) {
      reduced[d] = (float) ((reduced[d] - middle) / Math.sqrt(length));
    }
  }

  private void project(int image, float[] reduced, double[] centre, double[][] projections) {
    for (int p = 0; p < projections.length; p++) {
      double product = 0;
      for (int d = 0; d < reduced.length; d++) {
        product += projections[p][d] * (reduced[d] - centre[d]);
      }
      signs[WORDS * image + p / Long.SIZE] |= product > 0 ? 1L << p : 0;
    }
  }

  /** Returns pairs of an image and later ones that are near to it and have another label. */
  private List<int[]> near(int i, int[] labels) {
    List<int[]> pairs = new ArrayList<>();
    long first = signs[WORDS * i];
    long second = signs[WORDS * i + 1];
    for (int j = i + 1; j < labels.length; j++) {
      int different = Long.bitCount(first ^ signs[WORDS * j]);
      if (different <= MOST_SIGNS
          && different + Long.bitCount(second ^ signs[WORDS * j + 1]) <= MOST_SIGNS
          && labels[i] != labels[j]
          && near(i, j)) {
        pairs.add(new int[] {i, j});
      }
    }
    return pairs;
  }

  private boolean near(int i, int j) {
    if (Math.min(norm[i], norm[j]) < Math.sqrt(BLANK * bytes)) {
      return false;
    }
    byte[] pixels = images.pixels();
    long product = 0;
    boolean same = true;
    for (int d = 0; d < bytes; d++) {
      int a = pixels[i * bytes + d] & 0xff;
      int b = pixels[j * bytes + d] & 0xff;
      product += (long) a * b;
      same &= a == b;
    }
    return !same && product - bytes * mean[i] * mean[j] >= LEAST_CORRELATION * norm[i] * norm[j];
  }
}

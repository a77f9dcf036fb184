package dev.rote.data;

import dev.rote.text.InputException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * N labelled images of one shape, as bytes.
 *
 * @param shape C·H·W of each image; C is 1 (grey) or 3 (red, green, blue)
 * @param classNames names of the K classes, in label order; K is 2 to 65536
 * @param pixels N·C·H·W values 0..255 (unsigned bytes), image by image, channel planes, rows
 * @param labels N labels as given in the source, each in [0, K)
 * @param original N original labels where the source tells them apart from {@code labels} (a
 *     manifest with a third column); empty means that {@code labels} are taken as the original ones
 * @param ids N sample ids: positions in the source, kept by subsets
 * @param paths N paths relative to the source's root, for sources made of files; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LabelledImages(
    ImageShape shape,
    List<String> classNames,
    byte[] pixels,
    int[] labels,
    Optional<int[]> original,
    long[] ids,
    Optional<List<String>> paths) {
  /** The most classes that predictions can be stored of (16 bits). */
  public static final int MAX_CLASSES = 65_536;

  /**
   * Arrays are not copied.
   *
   * @throws InputException for fewer than 2 or more than 65536 classes, or a label outside [0, K)
   * @throws IllegalArgumentException where the sizes of the arrays do not agree
   */
  public LabelledImages {
    classNames = List.copyOf(classNames);
    paths = paths.map(List::copyOf);
    requireClasses("the data", classNames.size());
    int n = labels.length;
    if ((shape.channels() != 1 && shape.channels() != 3)
        || pixels.length != (long) n * shape.values()
        || ids.length != n
        || original.map(o -> o.length != n).orElse(false)
        || paths.map(p -> p.size() != n).orElse(false)) {
      throw new IllegalArgumentException(
          "%d labels, %d ids and %d bytes do not make images of %s"
              .formatted(n, ids.length, pixels.length, shape));
    }
    requireInRange(labels, classNames.size());
    if (original.isPresent()) {
      requireInRange(original.get(), classNames.size());
    }
  }

  /** Returns the number of images, N. */
  public int size() {
    return labels.length;
  }

  /** Returns the number of classes, K. */
  public int classes() {
    return classNames.size();
  }

  /**
   * Returns the labels before noise: {@code original} where the source has them, else {@code
   * labels}.
   */
  public int[] originalLabels() {
    return original.orElse(labels);
  }

  /** Returns the images at {@code positions}, in that order; ids and paths go with them. */
  public LabelledImages select(int[] positions) {
    int bytes = shape.values();
    byte[] chosen = new byte[positions.length * bytes];
    long[] chosenIds = new long[positions.length];
    for (int i = 0; i < positions.length; i++) {
      System.arraycopy(pixels, positions[i] * bytes, chosen, i * bytes, bytes);
      chosenIds[i] = ids[positions[i]];
    }
    return new LabelledImages(
        shape,
        classNames,
        chosen,
        pick(labels, positions),
        original.map(o -> pick(o, positions)),
        chosenIds,
        paths.map(p -> Arrays.stream(positions).mapToObj(p::get).toList()));
  }

  /** Returns these samples with other pixels. */
  LabelledImages withPixels(byte[] others) {
    return new LabelledImages(shape, classNames, others, labels, original, ids, paths);
  }

  static void requireClasses(String source, int classes) {
    if (classes < 2) {
      throw new InputException(
          source
              + " has "
              + classes
              + (classes == 1 ? " class" : " classes")
              + "; at least 2 are needed");
    }
    if (classes > MAX_CLASSES) {
      throw new InputException(
          source
              + " has "
              + classes
              + " classes, more than the "
              + MAX_CLASSES
              + " that are supported");
    }
  }

  /** Adds all that training can see of these images. */
  void digest(MessageDigest digest) {
    digest.update(
        ByteBuffer.allocate(20)
            .putInt(size())
            .putInt(shape.channels())
            .putInt(shape.height())
            .putInt(shape.width())
            .putInt(classes())
            .array());
    for (String name : classNames) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
      digest.update(bytes);
    }
    digest.update(pixels);
    digest.update(bytes(labels));
    digest.update((byte) (original.isPresent() ? 1 : 0));
    original.ifPresent(o -> digest.update(bytes(o)));
    ByteBuffer idBytes = ByteBuffer.allocate(8 * ids.length);
    idBytes.asLongBuffer().put(ids);
    digest.update(idBytes);
  }

  private static byte[] bytes(int[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
    buffer.asIntBuffer().put(values);
    return buffer.array();
  }

  private static int[] pick(int[] values, int[] positions) {
    return Arrays.stream(positions).map(p -> values[p]).toArray();
  }

  private static void requireInRange(int[] labels, int classes) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new InputException(
            "label %d of image %d is outside [0, %d)".formatted(labels[i], i, classes));
      }
    }
  }
}

package dev.rote.data;

import dev.rote.text.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * CIFAR-10 (Krizhevsky 2009) from its binary version: records of one label and 3·32·32 bytes in
 * channel planes.
 */
final class Cifar10 implements DataSource {
  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
  private static final int SIDE = 32;
  private static final int PIXELS = 3 * SIDE * SIDE;
  private static final int RECORD = 1 + PIXELS;

  @Override
  public String name() {
    return "cifar10";
  }

  @Override
  public Place place() {
    return Place.HOME;
  }

  @Override
  public ReadDataSet read(Path root, DataSpec spec) {
    Path directory =
        SourceDirectory.find(
            root,
            "cifar10",
            List.of("cifar-10-batches-bin", "cifar10", "cifar10/cifar-10-batches-bin"),
            List.of("data_batch_1.bin"));
    List<Path> batches = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      batches.add(directory.resolve("data_batch_" + i + ".bin"));
    }
    return ReadDataSet.whole(
        new DataSet(
            "cifar10",
            images(batches),
            Optional.of(images(List.of(directory.resolve("test_batch.bin"))))));
  }

  private static LabelledImages images(List<Path> batches) {
    int n = 0;
    for (Path batch : batches) {
      n += records(batch);
    }
    byte[] pixels = new byte[n * PIXELS];
    int[] labels = new int[n];
    int at = 0;
    for (Path batch : batches) {
      int count = records(batch);
      try (InputStream in = Files.newInputStream(batch)) {
        byte[] record = new byte[RECORD];
        for (int i = 0; i < count; i++, at++) {
          if (in.readNBytes(record, 0, RECORD) < RECORD) {
            throw new InputException(batch + " became shorter while it was read");
          }
          labels[at] = Byte.toUnsignedInt(record[0]);
          if (labels[at] >= CLASSES.size()) {
            throw new InputException(
                "%s is corrupt: label %d of record %d is outside [0, %d)"
                    .formatted(batch, labels[at], i, CLASSES.size()));
          }
          System.arraycopy(record, 1, pixels, at * PIXELS, PIXELS);
        }
      } catch (IOException e) {
        throw new InputException("cannot read " + batch + ": " + e, e);
      }
    }
    return new LabelledImages(
        3,
        SIDE,
        SIDE,
        CLASSES,
        pixels,
        labels,
        Optional.empty(),
        LongStream.range(0, n).toArray(),
        Optional.empty());
  }

  private static int records(Path batch) {
    if (!Files.isRegularFile(batch)) {
      throw new InputException(
          "cifar10 is incomplete: %s is missing; './rote data fetch cifar10' gets it"
              .formatted(batch));
    }
    long bytes;
    try {
      bytes = Files.size(batch);
    } catch (IOException e) {
      throw new InputException("cannot read " + batch + ": " + e, e);
    }
    if (bytes == 0 || bytes % RECORD != 0 || bytes / RECORD > 100_000) {
      throw new InputException(
          "%s is truncated or corrupt: %d bytes are not whole records of %d"
              .formatted(batch, bytes, RECORD));
    }
    return (int) (bytes / RECORD);
  }
}

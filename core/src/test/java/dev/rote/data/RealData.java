package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Finds real data (MNIST, CIFAR-10, predictions with known label errors), or skips the test. */
public final class RealData {
  private RealData() {}

  /** The directory {@code name} of the data, wherever that is kept. */
  public static Path directory(String name) {
    String named = System.getProperty("ROTE_DATA", System.getenv("ROTE_DATA"));
    Path root = named == null || named.isBlank() ? null : Path.of(named);
    for (Path p = Path.of("").toAbsolutePath(); root == null && p != null; p = p.getParent()) {
      Path candidate = p.resolve("shared").resolve("data");
      root = Files.isDirectory(candidate) ? candidate : null;
    }
    Assumptions.assumeTrue(
        root != null && Files.isDirectory(root.resolve(name)),
        "no real " + name + ": set ROTE_DATA to a directory that has it");
    return root.resolve(name);
  }

  /** A directory with CIFAR-10 in its binary layout, unpacked on first use. */
  static Path cifar10() throws IOException, InterruptedException {
    Path packed = directory("cifar10");
    if (Files.exists(packed.resolve("cifar-10-batches-bin"))) {
      return packed;
    }
    Path program = packed.resolveSibling("UnpackCifar10.java");
    Assumptions.assumeTrue(
        Files.exists(program), "no real cifar10: " + packed + " is packed, with no " + program);
    Path unpacked = Path.of("target", "cifar10").toAbsolutePath();
    if (!Files.exists(unpacked.resolve("cifar-10-batches-bin").resolve("test_batch.bin"))) {
      int exit =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  program.toString(),
                  unpacked.toString())
              .inheritIO()
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      assertThat(exit).isZero();
    }
    return unpacked;
  }

  static DataSpec spec(String dataset, Path path) {
    return DataSpec.of(dataset, Optional.of(path.toString()));
  }

  /** How many images of each class. */
  static int[] counts(LabelledImages images) {
    int[] counts = new int[images.classes()];
    for (int label : images.labels()) {
      counts[label]++;
    }
    return counts;
  }
}

package dev.rote.data;

import dev.rote.format.AtomicFile;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import dev.rote.text.Program;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The public data sets and where to download them. The digests are those of the original releases:
 * the four gzipped IDX files of MNIST, and the binary archive of CIFAR-10.
 */
public final class PublicData {
  /** Names that {@link #fetch} knows. */
  public static final List<String> NAMES = List.of("mnist", "cifar10");

  private static final URI MNIST = URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/");
  private static final URI CIFAR10 = URI.create("https://www.cs.toronto.edu/~kriz/");
  private static final String ARCHIVE = "cifar-10-binary.tar.gz";
  private static final String ARCHIVE_FOLDER = "cifar-10-batches-bin/";

  /** A file and its SHA-256. */
  record Published(String name, String sha256) {}

  private static final List<Published> MNIST_FILES =
      List.of(
          new Published(
              "train-images-idx3-ubyte.gz",
              "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
          new Published(
              "train-labels-idx1-ubyte.gz",
              "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
          new Published(
              "t10k-images-idx3-ubyte.gz",
              "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
          new Published(
              "t10k-labels-idx1-ubyte.gz",
              "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"));

  private static final Published CIFAR10_ARCHIVE =
      new Published(ARCHIVE, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd");

  /** Receives how far a download is. */
  @FunctionalInterface
  public interface DownloadListener {
    /** Is called when {@code bytes} of {@code file} have arrived. */
    void at(String file, long bytes);
  }

  private PublicData() {}

  /** Returns the command that downloads a data set, in quotes, for messages. */
  static String fetchCommand(String name) {
    return "'" + Program.command() + " data fetch " + name + "'";
  }

  /**
   * Brings a data set to {@code directory}/{@code name}, where {@link DataSets#load} finds it. What
   * is there already and intact is not downloaded again, and an interrupted download is resumed.
   *
   * @param mirror address to download from instead of the official source
   * @return the directory that the files are in
   * @throws InputException if the name is unknown, or a file cannot be had or is not the published
   *     one
   */
  public static Path fetch(
      String name, Path directory, Optional<URI> mirror, DownloadListener progress)
      throws IOException, InterruptedException {
    return switch (name) {
      case "mnist" -> fetch(MNIST_FILES, mirror.orElse(MNIST), directory.resolve(name), progress);
      case "cifar10" -> {
        Path target = directory.resolve(name);
        fetch(List.of(CIFAR10_ARCHIVE), mirror.orElse(CIFAR10), target, progress);
        unpack(target.resolve(ARCHIVE), target);
        yield target;
      }
      default -> throw new InputException(Names.unknown("data set", name, NAMES));
    };
  }

  static Path fetch(List<Published> files, URI source, Path target, DownloadListener progress)
      throws IOException, InterruptedException {
    URI folder = source.toString().endsWith("/") ? source : URI.create(source + "/");
    for (Published file : files) {
      new Download(folder.resolve(file.name), target.resolve(file.name), file.sha256)
          .run(bytes -> progress.at(file.name, bytes));
    }
    return target;
  }

  /** Unpacks the files of CIFAR-10's archive, each of which appears whole or not at all. */
  static void unpack(Path archive, Path target) {
    TarFile.forEach(
        archive,
        (name, content) -> {
          if (name.startsWith(ARCHIVE_FOLDER) && name.indexOf('/') == name.lastIndexOf('/')) {
            Path file = target.resolve(name);
            byte[] bytes = content.readAllBytes();
            try {
              Files.createDirectories(file.getParent());
              AtomicFile.write(file, out -> out.write(bytes));
            } catch (IOException e) {
              throw InputException.cannotWrite("the files of " + archive + " to", target, e);
            }
          }
          return true;
        });
  }
}

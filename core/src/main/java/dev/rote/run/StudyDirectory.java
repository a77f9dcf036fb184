package dev.rote.run;

import dev.rote.data.DataSpec;
import dev.rote.format.AtomicFile;
import dev.rote.study.NetworkName;
import dev.rote.study.Protocol;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The results directory of one study: {@code study.json}, the runs below {@code runs/}, {@code
 * summary.csv}.
 *
 * <p>A study is told from another by its images, its network and its protocol; losses, noises and
 * seeds may be added to it by a later call. One process at a time locks the directory.
 */
public final class StudyDirectory implements AutoCloseable {
  static final String STUDY = "study.json";

  /** Name of the file that {@link #summarize} writes. */
  public static final String SUMMARY = "summary.csv";

  private static final double MEBIBYTE = 1 << 20;

  /** For labels, weights and a checkpoint of the smallest network. */
  private static final long SPARE_BYTES = 2 << 20;

  /**
   * What distinguishes one study from another. The path of the images is recorded, but not
   * compared.
   *
   * @param lengthenedFrom numbers of epochs that the study was planned with before it was
   *     lengthened, the first one first
   */
  public record Identity(
      int format,
      String dataset,
      String dataDigest,
      NetworkName network,
      Protocol protocol,
      DataSpec data,
      List<Integer> lengthenedFrom) {
    public Identity {
      lengthenedFrom = List.copyOf(lengthenedFrom);
    }

    /** A study that has not been lengthened. */
    public Identity(
        int format,
        String dataset,
        String dataDigest,
        NetworkName network,
        Protocol protocol,
        DataSpec data) {
      this(format, dataset, dataDigest, network, protocol, data, List.of());
    }

    /** Returns this identity with another protocol. */
    public Identity with(Protocol other) {
      return new Identity(format, dataset, dataDigest, network, other, data, lengthenedFrom);
    }

    /**
     * Returns whether {@code longer} is this study with more epochs, each at the rate that it had,
     * so that the runs can continue.
     */
    public boolean lengthensTo(Identity longer) {
      return differsInEpochsOnly(longer) && protocol.schedule().decay().lengthens();
    }

    private boolean differsInEpochsOnly(Identity longer) {
      int epochs = longer.protocol.epochs();
      return epochs > protocol.epochs()
          && protocol.withEpochs(epochs).equals(longer.protocol)
          && differenceTo(longer.with(protocol)).isEmpty();
    }

    private Identity lengthenedTo(Identity longer) {
      List<Integer> from = new ArrayList<>(lengthenedFrom);
      from.add(protocol.epochs());
      return new Identity(format, dataset, dataDigest, network, longer.protocol, data, from);
    }

    /** Returns smaller numbers of epochs that runs may have been planned with, newest first. */
    public List<Integer> earlierEpochs(int epochs) {
      List<Integer> earlier = new ArrayList<>(lengthenedFrom);
      earlier.add(protocol.epochs());
      earlier.removeIf(number -> number >= epochs);
      Collections.reverse(earlier);
      return earlier;
    }

    private static String inWords(Optional<Double> share) {
      return share.map(Object::toString).orElse("none");
    }

    private Optional<String> differenceTo(Identity other) {
      if (!dataset.equals(other.dataset)) {
        return Optional.of("data set " + dataset + ", not " + other.dataset);
      }
      if (!dataDigest.equals(other.dataDigest)) {
        return Optional.of("other images (subset, size or content differ)");
      }
      Optional<Double> subsample = data.subset().subsample();
      if (!subsample.equals(other.data.subset().subsample())) {
        return Optional.of(
            "subsample %s, not %s"
                .formatted(inWords(subsample), inWords(other.data.subset().subsample())));
      }
      if (!network.equals(other.network)) {
        return Optional.of("network " + network + ", not " + other.network);
      }
      if (!protocol.equals(other.protocol)) {
        String why =
            differsInEpochsOnly(other)
                ? "; the schedule "
                    + protocol.schedule().decay()
                    + " cannot be lengthened, as the rate of each epoch depends on their number"
                : "";
        return Optional.of(protocol.differenceTo(other.protocol) + why);
      }
      return Optional.empty();
    }
  }

  private final Path path;
  private final DirectoryLock lock;

  private StudyDirectory(Path path, DirectoryLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Parses where the results of a study go.
   *
   * @throws InputException if it is empty, or the address of an object store
   */
  public static Path parse(String text) {
    if (text.isBlank()) {
      throw new InputException("--out is empty; name a directory for the results");
    }
    if (text.matches("[a-z][a-z0-9+.-]+://.*")) {
      throw new InputException(
          "--out %s: expected a directory; --cluster can keep runs in an object store while they train (--store), and brings finished ones to --out"
              .formatted(text));
    }
    return Path.of(text);
  }

  /**
   * Opens and locks a results directory, which is created if needed.
   *
   * @param bytes what will be written to it at the least
   * @throws InputException if it cannot be written, lacks the space, is in use, holds something
   *     else, or belongs to another study
   */
  public static StudyDirectory open(Path path, Identity identity, long bytes) {
    check(path, identity);
    try {
      checkSpace(path, bytes);
      DirectoryLock lock =
          DirectoryLock.tryAcquire(path)
              .orElseThrow(
                  () ->
                      new InputException(path + " is in use by another study that is running now"));
      try {
        keepIdentity(path, identity);
        return new StudyDirectory(path, lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw InputException.cannotWrite("results to", path, e);
    }
  }

  /** Writes which study this is, unless the directory states it already. */
  private static void keepIdentity(Path path, Identity identity) throws IOException {
    Optional<Identity> stored = identity(path);
    Identity current =
        stored.map(s -> s.lengthensTo(identity) ? s.lengthenedTo(identity) : s).orElse(identity);
    if (!stored.equals(Optional.of(current))) {
      AtomicFile.writeString(path.resolve(STUDY), Json.MAPPER.writeValueAsString(current));
    }
  }

  private static void checkSpace(Path path, long bytes) throws IOException {
    Path there = path.toAbsolutePath();
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    long free = Files.getFileStore(there).getUsableSpace();
    if (free < bytes + SPARE_BYTES) {
      throw new InputException(
          "the disk of %s has %.1f MiB free, and this study writes at least %.1f MiB; free some, or choose another --out"
              .formatted(path, free / MEBIBYTE, (bytes + SPARE_BYTES) / MEBIBYTE));
    }
  }

  /**
   * Refuses a directory that cannot hold this study's results; changes nothing.
   *
   * @throws InputException with the reason
   */
  public static void check(Path path, Identity identity) {
    identity.data().requireApart(path);
    if (!Files.exists(path)) {
      return;
    }
    if (!Files.isDirectory(path)) {
      throw new InputException("output " + path + " is a file, not a directory");
    }
    Path study = path.resolve(STUDY);
    try {
      if (!Files.exists(study)) {
        try (Stream<Path> content = Files.list(path)) {
          if (content.anyMatch(file -> !DirectoryLock.isLock(file))) {
            throw new InputException(
                "output directory "
                    + path
                    + " is not empty and holds no study; choose another --out");
          }
        }
        return;
      }
      Identity stored = identity(path).orElseThrow();
      if (stored.lengthensTo(identity)) {
        return;
      }
      stored
          .differenceTo(identity)
          .ifPresent(
              difference -> {
                throw new InputException(
                    "output directory "
                        + path
                        + " belongs to another study ("
                        + difference
                        + "); choose another --out");
              });
    } catch (IOException e) {
      throw InputException.cannotRead(path, e);
    }
  }

  /**
   * Returns which study a directory holds; empty if none.
   *
   * @throws InputException if it cannot be read
   */
  public static Optional<Identity> identity(Path path) {
    Path study = path.resolve(STUDY);
    return Files.exists(study) ? Optional.of(Json.read(study, Identity.class)) : Optional.empty();
  }

  /**
   * Refuses a directory that holds no study.
   *
   * @throws InputException with the reason
   */
  public static void requireStudy(Path path) {
    if (!Files.isDirectory(path)) {
      throw new InputException(path + " is not a directory; give the results directory of a study");
    }
    if (!holdsStudy(path)) {
      throw new InputException(path + " holds no study (no " + STUDY + "); give the --out of one");
    }
  }

  /** Returns whether a directory is that of a study, finished or not. */
  public static boolean holdsStudy(Path path) {
    return Files.exists(path.resolve(STUDY));
  }

  /** Writes {@code summary.csv}, a row for each run that has an epoch, and returns the rows. */
  public List<Summary> summarize() throws IOException {
    List<Summary> rows = Summary.ofAll(StoredRun.readAll(path));
    String text = Summary.csv(rows);
    AtomicFile.writeString(path.resolve(SUMMARY), text);
    return rows;
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}

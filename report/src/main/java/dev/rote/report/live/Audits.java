package dev.rote.report.live;

import dev.rote.audit.AuditFiles;
import dev.rote.report.page.RunState;
import dev.rote.report.page.SeenRun;
import dev.rote.report.page.StudyReader;
import dev.rote.run.EpochRecord;
import dev.rote.run.StudyDirectory;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Follows audits: the training of their networks, then their review pages. */
final class Audits {
  static final String PAGE = "audit.html";

  /** Largest depth of the directories of an audit's networks. */
  private static final int DEPTH = 2;

  private final List<Path> audits;
  private final Map<Path, StudyReader> readers = new HashMap<>();
  private final Map<Integer, Review> reviews = new HashMap<>();
  private List<Row> rows = List.of();

  /**
   * An audit.
   *
   * @param ready whether there is a page to review
   */
  record Row(int number, String name, boolean ready, List<Network> networks) {}

  /** A network of an audit. */
  record Network(
      String name,
      RunState state,
      int epochs,
      int of,
      double j2,
      double test,
      double secondsLeft) {}

  Audits(List<Path> audits) {
    this.audits = List.copyOf(audits);
  }

  /** Returns whether a directory holds an audit, finished or under way. */
  static boolean isAudit(Path directory) {
    return Files.exists(directory.resolve(AuditFiles.AUDIT))
        || Files.exists(directory.resolve(PAGE))
        || (!StudyDirectory.holdsStudy(directory) && !studies(directory).isEmpty());
  }

  private static List<Path> studies(Path directory) {
    try (Stream<Path> files = Files.walk(directory, DEPTH)) {
      return files.filter(StudyDirectory::holdsStudy).sorted().toList();
    } catch (IOException e) {
      throw InputException.cannotRead(directory, e);
    }
  }

  /** Reads what has changed; returns whether anything has. */
  synchronized boolean look() throws IOException {
    List<Row> next = new ArrayList<>();
    for (int i = 0; i < audits.size(); i++) {
      next.add(row(i));
    }
    boolean changed = !next.equals(rows);
    rows = List.copyOf(next);
    return changed;
  }

  private Row row(int number) throws IOException {
    Path out = audits.get(number);
    List<Network> networks = new ArrayList<>();
    for (Path study : studies(out)) {
      StudyDirectory.requireStudy(study);
      StudyReader reader = readers.computeIfAbsent(study, s -> new StudyReader(List.of(s)));
      reader.look();
      for (SeenRun run : reader.seen().runs()) {
        networks.add(network(out.relativize(study).toString(), run));
      }
    }
    Path name = out.toAbsolutePath().normalize().getFileName();
    return new Row(
        number,
        name == null ? out.toString() : name.toString(),
        Files.exists(out.resolve(PAGE)),
        networks);
  }

  private static Network network(String name, SeenRun run) {
    List<EpochRecord> epochs = run.run().epochs();
    Optional<EpochRecord> last =
        epochs.isEmpty() ? Optional.empty() : Optional.of(epochs.get(epochs.size() - 1));
    return new Network(
        name,
        run.state(System.currentTimeMillis()),
        epochs.size(),
        run.run().record().spec().protocol().epochs(),
        last.map(epoch -> epoch.memorization().j2()).orElse(Double.NaN),
        last.map(EpochRecord::test).orElse(Double.NaN),
        run.secondsLeft());
  }

  synchronized List<Row> rows() {
    return rows;
  }

  /** Returns the review page of an audit, if there is one. */
  Optional<Path> page(int number) {
    return number < audits.size() && Files.exists(audits.get(number).resolve(PAGE))
        ? Optional.of(audits.get(number).resolve(PAGE))
        : Optional.empty();
  }

  /** Returns the decisions about an audit. */
  synchronized Review review(int number) {
    return reviews.computeIfAbsent(number, n -> new Review(audits.get(n)));
  }
}

package dev.rote.report.live;

import dev.rote.analysis.ResultDirectories;
import dev.rote.report.page.RunState;
import dev.rote.report.page.SeenRun;
import dev.rote.report.page.StudyReader;
import dev.rote.run.EpochRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Follows audits: the training of their networks, then their review pages. */
final class Audits {
  static final String PAGE = "audit.html";

  private final List<Entry> audits;
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

  /**
   * An audit that is followed.
   *
   * @param name what pages call it
   */
  record Entry(String name, Path out) {}

  Audits(List<Entry> audits) {
    this.audits = List.copyOf(audits);
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
    Path out = audits.get(number).out();
    List<Network> networks = new ArrayList<>();
    for (Path study : ResultDirectories.networks(out)) {
      StudyReader reader = readers.computeIfAbsent(study, s -> new StudyReader(List.of(s)));
      reader.look();
      for (SeenRun run : reader.seen().runs()) {
        networks.add(network(out.relativize(study).toString(), run));
      }
    }
    return new Row(number, audits.get(number).name(), Files.exists(out.resolve(PAGE)), networks);
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
    return number < audits.size()
        ? Optional.of(audits.get(number).out().resolve(PAGE)).filter(Files::exists)
        : Optional.empty();
  }

  /** Returns the decisions about an audit. */
  synchronized Review review(int number) {
    return reviews.computeIfAbsent(number, n -> new Review(audits.get(n).out()));
  }
}

package dev.rote.report.live;

import dev.rote.analysis.Evidence;
import dev.rote.analysis.Replicates;
import dev.rote.report.page.Curves;
import dev.rote.report.page.Draw;
import dev.rote.report.page.Overview;
import dev.rote.report.page.PageJson;
import dev.rote.report.page.SampleHistory;
import dev.rote.report.page.StudyReader;
import dev.rote.run.StoredRun;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A page about studies: what it shows, and what open pages are told. */
final class StudyPage {
  private static final int MOST_SAMPLES = 200;

  private final String name;
  private final EventLog log = new EventLog();
  private final Watch watch;
  private boolean failing;

  /** Something that reads results. */
  interface Look {
    void look() throws IOException;
  }

  /**
   * What an index says about the page.
   *
   * @param number in the page's address
   * @param title networks and data sets
   */
  record Row(int number, String name, String title, Overview.Totals totals) {}

  /**
   * Reads the studies.
   *
   * @param name of the page; empty for the page of all that was asked for
   * @param studies results directories
   */
  StudyPage(String name, List<Path> studies) throws IOException {
    this.name = name;
    this.watch = new Watch(new StudyReader(studies), log);
  }

  /** Reads what has changed. */
  void look() {
    look(watch::look);
  }

  /**
   * Reads something. If that fails, as where a directory or disk is unavailable for a while, open
   * pages say so and show what was read last.
   */
  synchronized void look(Look look) {
    try {
      look.look();
      if (failing) {
        failing = false;
        problem("");
      }
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        failing = true;
        problem("Cannot read the results now: " + e.getMessage());
      }
    }
  }

  private void problem(String message) {
    log.add("problem", PageJson.of(Map.of("message", message)));
  }

  Row row(int number) {
    return new Row(number, name, watch.title(), watch.totals());
  }

  String name() {
    return name;
  }

  EventLog log() {
    return log;
  }

  Watch.Moment model() throws IOException {
    return watch.model();
  }

  Evidence evidence() {
    return watch.evidence();
  }

  /**
   * Returns the curves of a run, or means over the seeds of a condition.
   *
   * @param key the run's id, or {@code group:} and the key of the condition
   */
  Optional<Curves> curves(String key) {
    Evidence evidence = evidence();
    String name = key.substring(key.indexOf(':') + 1);
    if (key.startsWith("group:")) {
      return evidence.replicates().stream()
          .filter(group -> Overview.key(group.condition()).equals(name))
          .findFirst()
          .map((Replicates group) -> Curves.of(group));
    }
    return find(name).map((StoredRun run) -> Curves.of(run));
  }

  /**
   * Returns a run.
   *
   * @throws InputException if there is none with this id
   */
  StoredRun run(String id) {
    return find(id).orElseThrow(() -> new InputException("there is no run '" + id + "'"));
  }

  private Optional<StoredRun> find(String id) {
    return evidence().runs().stream()
        .map(run -> run.run())
        .filter(run -> run.record().id().equals(id))
        .findFirst();
  }

  /**
   * Returns what became of altered samples by an epoch.
   *
   * @throws InputException if the parameters cannot be used
   */
  SampleHistory samples(QueryParameters parameters) throws IOException {
    String key = parameters.one("draw").orElse("");
    Draw draw =
        Draw.of(evidence()).stream()
            .filter(d -> d.key().equals(key))
            .findFirst()
            .orElseThrow(() -> new InputException("there is no draw '" + key + "'"));
    SampleHistory.Kind kind =
        switch (parameters.one("kind").orElse("altered")) {
          case "altered" -> (original, observed, predicted) -> true;
          case "memorized" -> (original, observed, predicted) -> predicted == observed;
          case "corrected" -> (original, observed, predicted) -> predicted == original;
          case "other" ->
              (original, observed, predicted) -> predicted != original && predicted != observed;
          default -> throw new InputException("kind is altered, memorized, corrected or other");
        };
    return SampleHistory.of(
        draw.runs().stream().map(this::run).toList(),
        parameters.integer("judge", 0, draw.runs().size() - 1),
        parameters.integer("epoch", 1, Integer.MAX_VALUE),
        kind,
        parameters.integer("most", 1, MOST_SAMPLES));
  }
}

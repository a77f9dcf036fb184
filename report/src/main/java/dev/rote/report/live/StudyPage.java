package dev.rote.report.live;

import dev.rote.analysis.Evidence;
import dev.rote.report.page.Overview;
import dev.rote.report.page.PageJson;
import dev.rote.report.page.StudyReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A page about studies: what it shows, and what open pages are told. */
final class StudyPage {
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
}

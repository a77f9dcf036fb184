package dev.rote.report.live;

import dev.rote.analysis.Evidence;
import dev.rote.analysis.SampleScores;
import dev.rote.claim.Thresholds;
import dev.rote.report.page.Overview;
import dev.rote.report.page.PageJson;
import dev.rote.report.page.PageModel;
import dev.rote.report.page.StudyReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Follows studies and tells the {@link EventLog} which rows have changed. */
final class Watch {
  /** Number of checks after which states that depend on the time are computed again. */
  private static final int TIME_EVERY = 5;

  private final StudyReader reader;
  private final EventLog log;
  private Evidence evidence;
  private Overview overview;
  private Optional<List<SampleScores>> scores = Optional.empty(); // until a page asks for them
  private int looks;

  Watch(StudyReader reader, EventLog log) throws IOException {
    this.reader = reader;
    this.log = log;
    reader.look();
    compute();
  }

  private void compute() {
    evidence = reader.evidence();
    overview = PageModel.overview(evidence, reader.seen(), System.currentTimeMillis());
  }

  /**
   * The rows that changed.
   *
   * @param gone keys of groups that are no longer there: the group of a run that has not begun has
   *     another key
   */
  private record Rows(
      List<Overview.Run> runs,
      List<Overview.Group> groups,
      List<String> gone,
      Overview.Totals totals) {}

  /** Checks once. */
  synchronized void look() throws IOException {
    boolean changed = reader.look();
    boolean running = overview.totals().running() > 0;
    if (!changed && !(running && ++looks % TIME_EVERY == 0)) {
      return;
    }
    Overview before = overview;
    List<String> gaps = evidence.gaps();
    compute();
    scores = changed ? Optional.empty() : scores;
    Map<String, Object> known = new HashMap<>();
    before.runs().forEach(run -> known.put(run.id(), run));
    before.groups().forEach(group -> known.put(group.key(), group));
    List<Overview.Run> runs =
        overview.runs().stream().filter(run -> !run.equals(known.get(run.id()))).toList();
    List<Overview.Group> groups =
        overview.groups().stream().filter(g -> !g.equals(known.get(g.key()))).toList();
    Set<String> gone = keys(before);
    gone.removeAll(keys(overview));
    if (overview.runs().size() < before.runs().size()) {
      log.add("reset", "{}");
    } else if (!runs.isEmpty() || !groups.isEmpty() || !gaps.equals(evidence.gaps())) {
      log.add("rows", PageJson.of(new Rows(runs, groups, List.copyOf(gone), overview.totals())));
    }
  }

  private static Set<String> keys(Overview overview) {
    return overview.groups().stream()
        .map(Overview.Group::key)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** A model and the event that it is up to date with. */
  record Moment(PageModel model, String position) {}

  synchronized Moment model() throws IOException {
    if (scores.isEmpty()) {
      scores = Optional.of(SampleScores.of(evidence));
    }
    return new Moment(
        PageModel.of(
            evidence, scores.get(), reader.seen(), Thresholds.DEFAULT, System.currentTimeMillis()),
        log.position());
  }

  synchronized String title() {
    return PageModel.title(evidence);
  }

  synchronized Overview.Totals totals() {
    return overview.totals();
  }

  synchronized Evidence evidence() {
    return evidence;
  }
}

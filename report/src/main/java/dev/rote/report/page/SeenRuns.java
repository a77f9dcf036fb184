package dev.rote.report.page;

import java.util.List;
import java.util.Map;

/**
 * The runs of studies as they were last read.
 *
 * @param runs every run that has begun
 * @param unreadable by name of their directories, runs that cannot be read, with the reason
 */
public record SeenRuns(List<SeenRun> runs, Map<String, String> unreadable) {
  public SeenRuns {
    runs = List.copyOf(runs);
    unreadable = Map.copyOf(unreadable);
  }
}

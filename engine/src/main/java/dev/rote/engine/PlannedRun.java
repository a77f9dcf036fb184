package dev.rote.engine;

import dev.rote.data.Inputs;
import dev.rote.run.RunRecord;
import dev.rote.study.Extras;
import dev.rote.study.RunSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A run of a study and its progress.
 *
 * @param record its record if it begins now
 * @param directory its directory
 * @param epochsDone number of epochs that earlier calls completed
 * @param finished whether it is complete
 * @param extras what it does beside training
 * @param origin directory of a run with fewer epochs that this one continues from
 */
public record PlannedRun(
    RunRecord record,
    Path directory,
    int epochsDone,
    boolean finished,
    Extras extras,
    Optional<Path> origin) {
  /** Returns the name of the run. */
  public String id() {
    return record.id();
  }

  /** Returns the specification of the run. */
  public RunSpec spec() {
    return record.spec();
  }

  /** Returns the number of epochs. */
  public int epochs() {
    return spec().protocol().epochs();
  }

  /** Returns loss, noise, altered inputs, seed and fold in words. */
  public String label() {
    return parts().stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(" "));
  }

  private List<String> parts() {
    return List.of(
        spec().loss().toString(),
        spec().noise().label(),
        spec().inputs() == Inputs.NONE ? "" : spec().inputs().toString(),
        "seed " + spec().seed(),
        spec().data().fold().map(f -> "fold " + (f.index() + 1) + "/" + f.count()).orElse(""));
  }

  /**
   * Returns short names of runs, one or more, that are trained together: the words in which they
   * differ. A run without a fold among runs with one is {@code on all}.
   *
   * @return the label of a run that is alone
   */
  public static Map<PlannedRun, String> titles(Collection<PlannedRun> runs) {
    List<List<String>> all = runs.stream().map(PlannedRun::parts).toList();
    List<Integer> differing =
        IntStream.range(0, all.get(0).size())
            .filter(p -> all.stream().map(parts -> parts.get(p)).distinct().count() > 1)
            .boxed()
            .toList();
    Map<PlannedRun, String> titles = new LinkedHashMap<>();
    for (PlannedRun run : runs) {
      List<String> parts = run.parts();
      List<String> words = new ArrayList<>();
      for (int p : differing) {
        words.add(p == parts.size() - 1 && parts.get(p).isEmpty() ? "on all" : parts.get(p));
      }
      words.removeIf(String::isEmpty);
      titles.put(run, words.isEmpty() ? run.label() : String.join(" ", words));
    }
    return titles;
  }
}

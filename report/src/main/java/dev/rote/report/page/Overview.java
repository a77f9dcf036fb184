package dev.rote.report.page;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rote.analysis.Condition;
import dev.rote.analysis.Evidence;
import dev.rote.analysis.Measure;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.Setting;
import dev.rote.memorization.Memorization;
import dev.rote.memorization.SeedSummary;
import dev.rote.run.EpochRecord;
import dev.rote.run.PlanFile;
import dev.rote.run.RunRecord;
import dev.rote.run.Summary;
import dev.rote.study.RunSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every run as a row, and the runs that differ only in their seed as a group.
 *
 * @param runs rows, in order of the studies
 * @param groups in order of appearance
 * @param totals of all runs together
 */
public record Overview(List<Run> runs, List<Group> groups, Totals totals) {
  /**
   * A run.
   *
   * @param group key of its group
   * @param study name of its results directory
   */
  public record Run(
      String id,
      String group,
      String study,
      @JsonUnwrapped Treatment treatment,
      long seed,
      @JsonUnwrapped Progress progress,
      @JsonUnwrapped Outcome outcome) {}

  /**
   * What a run, or a group of runs, trains on.
   *
   * @param rate realized noise rate, mean over a group's runs; NaN before one begins
   */
  public record Treatment(
      String dataset, String inputs, String network, String loss, String noise, double rate) {}

  /**
   * Progress of a run.
   *
   * @param reason why it failed or did not fit; empty otherwise
   * @param epochs epochs done
   * @param of epochs in all
   * @param secondsLeft time to its end at its present speed; NaN if unknown
   */
  public record Progress(
      RunState state, String reason, int epochs, int of, double seconds, double secondsLeft) {}

  /**
   * Results of a run so far.
   *
   * @param bestJ2 highest J2 of any epoch: what the network knew before it memorized
   * @param bestTest highest test accuracy of any epoch
   * @param flipEpoch first epoch from which J1 stays above J2; 0 if there is none
   */
  public record Outcome(Values last, double bestJ2, double bestTest, int flipEpoch) {
    private static final Outcome NONE = new Outcome(Values.NONE, Double.NaN, Double.NaN, 0);

    private static Outcome of(Summary summary) {
      return new Outcome(
          Values.of(summary.last()),
          summary.bestJ2(),
          summary.bestTest(),
          summary.flipEpoch().orElse(0));
    }
  }

  /** What was measured after an epoch; NaN where nothing was. */
  public record Values(
      double j1, double j2, double memorized, double corrected, double test, double loss) {
    private static final Values NONE =
        new Values(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    private static Values of(EpochRecord epoch) {
      Memorization memorization = epoch.memorization();
      return new Values(
          memorization.j1(),
          memorization.j2(),
          memorization.memorized(),
          memorization.corrected(),
          epoch.test(),
          epoch.loss());
    }
  }

  /**
   * Runs that differ only in their seed. Means are over the last epochs of all runs that have one,
   * also of those that are under way.
   *
   * @param key names the group in this page
   * @param setting network, images and epochs, for people
   * @param learningRate of all runs; NaN before one begins
   */
  public record Group(
      String key,
      String setting,
      @JsonUnwrapped Treatment treatment,
      double learningRate,
      List<String> runs,
      Map<String, SeedSummary> means) {}

  /**
   * Progress of all runs.
   *
   * @param secondsLeft until the last one ends, if as many run at once as do now; NaN if unknown
   */
  public record Totals(int runs, int done, int running, int failed, double secondsLeft) {}

  /**
   * Makes the overview: the runs of each study in the order of its plan, then those that are not
   * planned.
   *
   * @param seen every run that has begun
   * @param plans the plans of the studies, by results directory
   * @param now in milliseconds since 1970
   */
  static Overview of(Evidence evidence, SeenRuns seen, Map<Path, PlanFile> plans, long now) {
    Map<String, Run> begun = new LinkedHashMap<>();
    Map<String, String> groupOf = new HashMap<>();
    Map<String, String> settingOf = new HashMap<>();
    for (SeenRun run : seen.runs()) {
      Run row = row(run, now);
      begun.merge(row.id(), row, (a, b) -> a.progress().epochs() >= b.progress().epochs() ? a : b);
      groupOf.put(place(run.study(), row.treatment()), row.group());
      settingOf.put(setting(row), Setting.of(run.run().record()).label());
    }
    double perEpoch =
        seen.runs().stream()
            .mapToDouble(SeenRun::epochSeconds)
            .filter(s -> s > 0)
            .average()
            .orElse(Double.NaN);
    Map<String, Run> rows = new LinkedHashMap<>();
    plans.forEach(
        (study, plan) -> {
          for (PlanFile.Run planned : plan.runs()) {
            Run known = begun.get(planned.id());
            String place = place(study, treatment(planned));
            rows.putIfAbsent(
                planned.id(),
                known != null
                    ? known
                    : planned(
                        study,
                        planned,
                        groupOf.computeIfAbsent(place, Overview::hash),
                        perEpoch * planned.epochs(),
                        Optional.ofNullable(seen.unreadable().get(planned.id()))));
          }
        });
    begun.forEach(rows::putIfAbsent);
    Map<String, List<Run>> byGroup = new LinkedHashMap<>();
    rows.values()
        .forEach(row -> byGroup.computeIfAbsent(row.group(), g -> new ArrayList<>()).add(row));
    Map<String, Replicates> replicates = new HashMap<>();
    evidence.replicates().forEach(r -> replicates.put(key(r.condition()), r));
    List<Group> groups = new ArrayList<>();
    byGroup.forEach(
        (key, list) -> {
          Run first = list.get(0);
          String setting =
              settingOf.getOrDefault(
                  setting(first),
                  first.treatment().network() + " on " + first.treatment().dataset());
          groups.add(group(key, setting, list, Optional.ofNullable(replicates.get(key))));
        });
    return new Overview(
        List.copyOf(rows.values()), List.copyOf(groups), totals(List.copyOf(rows.values())));
  }

  /** Runs of a study share their setting, also those that have not begun. */
  private static String setting(Run row) {
    return String.join(
        "\n",
        row.study(),
        row.treatment().dataset(),
        row.treatment().inputs(),
        row.treatment().network(),
        Integer.toString(row.progress().of()));
  }

  /** Returns the name of a condition's group in a page. */
  public static String key(Condition condition) {
    return hash(condition.toString());
  }

  private static String place(Path study, Treatment treatment) {
    return String.join(
        "\n", study.toString(), treatment.inputs(), treatment.loss(), treatment.noise());
  }

  private static Treatment treatment(PlanFile.Run planned) {
    return new Treatment(
        planned.dataset(),
        planned.inputs().toString(),
        planned.network(),
        planned.loss(),
        planned.noise(),
        Double.NaN);
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static Run row(SeenRun seen, long now) {
    RunRecord record = seen.run().record();
    RunState state = seen.state(now);
    Optional<Summary> summary = seen.summary();
    String reason =
        seen.run()
            .failure()
            .or(seen.run()::damage)
            .or(() -> summary.filter(any -> state == RunState.DID_NOT_FIT).flatMap(Summary::misfit))
            .orElse("");
    RunSpec spec = record.spec();
    return new Run(
        record.id(),
        key(Condition.of(record)),
        name(seen.study()),
        new Treatment(
            spec.data().dataset(),
            spec.inputs().toString(),
            spec.network().toString(),
            spec.loss().toString(),
            spec.noise().toString(),
            record.noise().realizedRate()),
        spec.seed(),
        new Progress(
            state,
            reason,
            seen.run().epochs().size(),
            spec.protocol().epochs(),
            summary.map(Summary::seconds).orElse(0.0),
            state == RunState.RUNNING && seen.run().epochs().isEmpty()
                ? Double.NaN
                : seen.secondsLeft()),
        summary.map(Outcome::of).orElse(Outcome.NONE));
  }

  /** Returns a run that has not begun, or that cannot be read. */
  private static Run planned(
      Path study, PlanFile.Run planned, String group, double seconds, Optional<String> problem) {
    return new Run(
        planned.id(),
        group,
        name(study),
        treatment(planned),
        planned.seed(),
        new Progress(
            problem.isPresent() ? RunState.FAILED : RunState.WAITING,
            problem.orElse(""),
            0,
            planned.epochs(),
            0,
            problem.isPresent() ? 0 : seconds),
        Outcome.NONE);
  }

  private static String name(Path study) {
    Path name = study.toAbsolutePath().normalize().getFileName();
    return name == null ? study.toString() : name.toString();
  }

  private static Group group(
      String key, String setting, List<Run> rows, Optional<Replicates> replicates) {
    Treatment first = rows.get(0).treatment();
    Map<String, SeedSummary> means = new LinkedHashMap<>();
    for (Measure measure : Measure.IN_TABLES) {
      replicates.ifPresent(
          r ->
              means.put(
                  Curves.name(measure),
                  measure.summary(
                      r.runs().stream().mapToDouble(run -> measure.of(run.last())).toArray())));
    }
    replicates.ifPresent(
        r ->
            means.put(
                "best_j2",
                Measure.J2.summary(r.runs().stream().mapToDouble(Summary::bestJ2).toArray())));
    replicates.ifPresent(
        r ->
            means.put(
                "best_test",
                Measure.TEST.summary(r.runs().stream().mapToDouble(Summary::bestTest).toArray())));
    return new Group(
        key,
        setting,
        new Treatment(
            first.dataset(),
            first.inputs(),
            first.network(),
            first.loss(),
            first.noise(),
            rows.stream()
                .mapToDouble(row -> row.treatment().rate())
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN)),
        replicates.map(r -> r.condition().learningRate()).orElse(Double.NaN),
        rows.stream().map(Run::id).toList(),
        means);
  }

  private static Totals totals(List<Run> rows) {
    int done = 0;
    int running = 0;
    int failed = 0;
    double left = 0;
    for (Run row : rows) {
      switch (row.progress().state()) {
        case DONE, DID_NOT_FIT -> done++;
        case FAILED -> failed++;
        case RUNNING -> {
          running++;
          left += row.progress().secondsLeft();
        }
        case WAITING -> left += row.progress().secondsLeft();
        case STOPPED -> {}
      }
    }
    return new Totals(
        rows.size(), done, running, failed, running == 0 ? Double.NaN : left / running);
  }
}

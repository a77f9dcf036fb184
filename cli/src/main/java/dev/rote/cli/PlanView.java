package dev.rote.cli;

import dev.rote.engine.Allocation;
import dev.rote.engine.PlannedRun;
import dev.rote.engine.Study;
import dev.rote.engine.StudyPlan;
import dev.rote.engine.TimeEstimate;
import dev.rote.study.Augmentation;
import dev.rote.study.Protocol;
import dev.rote.text.Count;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Describes a plan in words. */
final class PlanView {
  private PlanView() {}

  static void print(Study study, PrintWriter out) {
    StudyPlan plan = study.plan();
    Allocation allocation = study.choice().allocation();
    Protocol p = plan.spec().protocol();
    long finished = plan.runs().stream().filter(PlannedRun::finished).count();
    int epochs = plan.runs().stream().mapToInt(run -> run.epochs() - run.epochsDone()).sum();
    out.printf(
        "%s on %s: %,d training and %,d test images of %d×%d×%d, %d classes%n",
        plan.spec().network(),
        plan.spec().data().dataset(),
        plan.data().samples(),
        plan.data().testSamples(),
        plan.data().shape().channels(),
        plan.data().shape().height(),
        plan.data().shape().width(),
        plan.data().classNames().size());
    out.printf(
        "%s, %s, batch %d, %s%s%s, %s%n",
        p.optimizer(),
        p.schedule(),
        p.batchSize(),
        Count.of(p.epochs(), "epoch"),
        p.clip().map(norm -> ", gradients clipped at " + norm).orElse("")
            + p.dropout().map(probability -> ", dropout " + probability).orElse(""),
        p.augmentation().equals(Augmentation.NONE) ? "" : ", " + p.augmentation(),
        p.precision());
    plan.spec().lossRates().forEach((loss, rate) -> out.printf("rate of %s: %s%n", loss, rate));
    out.printf(
        "%s, %d finished; results in %s%n",
        Count.of(plan.runs().size(), "run"), finished, study.out());
    if (epochs > 0) {
      out.printf(
          "%s to train, %s: %s%n",
          Count.of(epochs, "epoch"),
          allocation.description(),
          study
              .duration()
              .map(duration -> "about " + TimeEstimate.inWords(duration.toSeconds()))
              .orElse("for an unknown time"));
    }
    plan.warnings().forEach(warning -> out.println("Warning: " + warning));
    out.println();
    out.flush();
  }

  /** Prints how long several studies take, one after another. */
  static void printTotal(List<Study> studies, PrintWriter out) {
    int runs = studies.stream().mapToInt(study -> study.plan().runs().size()).sum();
    boolean known = studies.stream().allMatch(study -> study.duration().isPresent());
    long seconds =
        studies.stream()
            .mapToLong(study -> study.duration().map(Duration::toSeconds).orElse(0L))
            .sum();
    out.printf(
        "%s, %s: %s%n",
        Count.of(studies.size(), "study", "studies"),
        Count.of(runs, "run"),
        known ? "about " + TimeEstimate.inWords(seconds) : "for an unknown time");
    out.flush();
  }

  /** Returns plans as JSON fields. */
  static Map<String, Object> json(List<Study> studies) {
    List<Map<String, Object>> runs = new ArrayList<>();
    List<PlannedRun> planned =
        studies.stream().flatMap(study -> study.plan().runs().stream()).toList();
    for (PlannedRun run : planned) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("id", run.id());
      fields.put("dataset", run.spec().data().dataset());
      fields.put("network", run.spec().network().toString());
      fields.put("loss", run.spec().loss().toString());
      fields.put("noise", run.spec().noise().toString());
      fields.put("inputs", run.spec().inputs().toString());
      fields.put("seed", run.spec().seed());
      fields.put("epochs", run.epochs());
      fields.put("epochs_done", run.epochsDone());
      fields.put("finished", run.finished());
      runs.add(fields);
    }
    return Map.of(
        "planned_runs",
        runs,
        "warnings",
        studies.stream().flatMap(study -> study.plan().warnings().stream()).distinct().toList());
  }

  static void printRuns(StudyPlan plan, PrintWriter out) {
    for (PlannedRun run : plan.runs()) {
      String state =
          run.finished()
              ? "finished"
              : run.epochsDone() > 0 ? "from epoch " + (run.epochsDone() + 1) : "new";
      out.printf("%-50s %3d epochs  %s%n", run.label(), run.epochs(), state);
    }
    out.flush();
  }
}

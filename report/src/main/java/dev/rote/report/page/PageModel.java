package dev.rote.report.page;

import dev.rote.analysis.Evidence;
import dev.rote.analysis.SampleScores;
import dev.rote.claim.Claim;
import dev.rote.claim.Claims;
import dev.rote.claim.Thresholds;
import dev.rote.report.audit.FactTable;
import dev.rote.run.PlanFile;
import dev.rote.run.RunRecord;
import dev.rote.run.Summary;
import dev.rote.run.TheoryFile;
import dev.rote.text.Program;
import dev.rote.text.ShellWords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that a page shows except curves, samples and images, which it loads on demand.
 *
 * @param title networks and data sets
 * @param overview the runs
 * @param draws altered labels, whose samples can be looked at
 * @param findings verdicts, tables and gaps
 * @param written when this was computed, ISO 8601
 */
public record PageModel(
    String title, Overview overview, List<Draw> draws, Findings findings, String written) {
  /**
   * Results over all runs.
   *
   * @param verdicts of the claims
   * @param tables means over seeds and test accuracies
   * @param gaps runs that are missing, unfinished, failed or did not fit
   * @param settings network, images and protocol
   * @param commands that repeat the runs and the page
   * @param madeWith software and hardware
   */
  public record Findings(
      List<Claim> verdicts,
      List<FactTable> tables,
      List<String> gaps,
      FactTable settings,
      List<String> commands,
      List<String> madeWith) {

    static Findings of(
        Evidence evidence, List<SampleScores> scores, List<Path> studies, Thresholds thresholds)
        throws IOException {
      List<Claim> verdicts =
          new ArrayList<>(Claims.of(evidence, TheoryFile.readOwn(studies), thresholds));
      verdicts.addAll(Claims.ofScores(scores, thresholds));
      List<FactTable> tables = new ArrayList<>(ReportTables.results(evidence));
      tables.addAll(ScoreTables.of(scores));
      List<String> commands = new ArrayList<>(CommandLine.of(evidence));
      List<String> report = new ArrayList<>(List.of(Program.command(), "report"));
      studies.forEach(study -> report.add(study.toString()));
      commands.add(ShellWords.line(report));
      Set<String> madeWith = new LinkedHashSet<>();
      for (Summary run : evidence.runs()) {
        RunRecord record = run.run().record();
        RunRecord.Provenance p = record.provenance();
        madeWith.add(
            "Rote %s, libtorch %s, %s, %s, %s, %d processors; %d thread%s per run"
                .formatted(
                    p.rote(),
                    p.libtorch(),
                    p.java(),
                    p.system(),
                    p.processor(),
                    p.processors(),
                    record.execution().threads(),
                    record.execution().threads() == 1 ? "" : "s"));
      }
      return new Findings(
          List.copyOf(verdicts),
          List.copyOf(tables),
          evidence.gaps(),
          ReportTables.settings(evidence),
          List.copyOf(commands),
          List.copyOf(madeWith));
    }
  }

  /**
   * Computes the model.
   *
   * @param evidence the runs that have an epoch
   * @param scores of the conditions whose runs trained on subsamples
   * @param seen every run that has begun
   * @param now in milliseconds since 1970; a run that changed shortly before counts as running
   * @throws IOException if results of {@code rote theory} cannot be read
   */
  public static PageModel of(
      Evidence evidence, List<SampleScores> scores, SeenRuns seen, Thresholds thresholds, long now)
      throws IOException {
    return new PageModel(
        title(evidence),
        overview(evidence, seen, now),
        Draw.of(evidence),
        Findings.of(evidence, scores, evidence.studies(), thresholds),
        Instant.ofEpochMilli(now).truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Computes the overview alone, which is cheap enough to do after every epoch. */
  public static Overview overview(Evidence evidence, SeenRuns seen, long now) {
    Map<Path, PlanFile> plans = new LinkedHashMap<>();
    evidence.studies().forEach(study -> plans.put(study, PlanFile.read(study)));
    return Overview.of(evidence, seen, plans, now);
  }

  /** Returns networks and data sets. */
  public static String title(Evidence evidence) {
    Set<String> places = new LinkedHashSet<>();
    evidence.settings().forEach(s -> places.add(s.network() + " on " + s.dataset()));
    return places.isEmpty() ? "No epoch yet" : String.join(", ", places);
  }
}

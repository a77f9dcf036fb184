package dev.rote.report;

import dev.rote.analysis.Condition;
import dev.rote.analysis.SampleScores;
import dev.rote.format.AtomicFile;
import dev.rote.memorization.Influence;
import dev.rote.text.CsvRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code memorization_scores.csv}, a row for each training sample and condition, and {@code
 * influence_pairs.csv}, the pairs of the report; see {@code docs/files.md}.
 */
final class ScoreFiles {
  private static final List<String> CONDITION = List.of("dataset", "network", "loss", "noise");
  private static final List<String> COUNTS =
      List.of("networks_in", "correct_in", "networks_out", "correct_out");

  private ScoreFiles() {}

  static void write(Path out, List<SampleScores> scores) throws IOException {
    StringBuilder samples =
        header(List.of("position", "original", "observed"), List.of("memorization", "error"));
    StringBuilder pairs = header(List.of("train", "test"), List.of("influence", "error"));
    for (SampleScores score : scores) {
      for (SampleScores.Sample sample : score.samples()) {
        row(
            samples,
            score.condition(),
            sample.memorization(),
            sample.position(),
            sample.original(),
            sample.observed());
      }
      for (SampleScores.Pair pair : score.pairs()) {
        row(pairs, score.condition(), pair.influence(), pair.train(), pair.test());
      }
    }
    AtomicFile.writeString(out.resolve("memorization_scores.csv"), samples.toString());
    AtomicFile.writeString(out.resolve("influence_pairs.csv"), pairs.toString());
  }

  private static StringBuilder header(List<String> own, List<String> values) {
    List<String> names = new ArrayList<>(CONDITION);
    names.addAll(own);
    names.addAll(COUNTS);
    names.addAll(values);
    return new StringBuilder(CsvRow.line(names));
  }

  private static void row(
      StringBuilder csv, Condition condition, Influence influence, int... places) {
    List<String> cells =
        new ArrayList<>(
            List.of(
                condition.setting().dataset(),
                condition.setting().network().toString(),
                condition.loss().toString(),
                condition.noise().toString()));
    for (int place : places) {
      cells.add(Integer.toString(place));
    }
    cells.add(Integer.toString(influence.in()));
    cells.add(Integer.toString(influence.correctIn()));
    cells.add(Integer.toString(influence.out()));
    cells.add(Integer.toString(influence.correctOut()));
    for (double value : new double[] {influence.value(), influence.error()}) {
      cells.add(Double.isFinite(value) ? Double.toString(value) : "");
    }
    csv.append(CsvRow.line(cells));
  }
}

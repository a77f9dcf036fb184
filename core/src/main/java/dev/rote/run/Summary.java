package dev.rote.run;

import dev.rote.memorization.Fit;
import dev.rote.memorization.FlipEpoch;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.Protocol;
import dev.rote.text.Term;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * One run in one row: what its last epoch measured, and what follows from all of them.
 *
 * @param run the run
 * @param last its last epoch
 * @param bestTest highest test accuracy of any epoch: chosen on the test set, so no estimate of
 *     anything
 * @param flipEpoch first epoch from which J1 stays above J2
 * @param fit whether the network learned anything
 * @param seconds wall time of all epochs
 */
public record Summary(
    StoredRun run,
    EpochRecord last,
    double bestTest,
    OptionalInt flipEpoch,
    Fit fit,
    double seconds) {

  private static final String[] COLUMNS = {
    "id",
    "dataset",
    "network",
    "inputs",
    "loss",
    "noise",
    "seed",
    "epochs",
    "j1",
    "j2",
    "memorized",
    "corrected",
    "test",
    "best_test",
    "flip_epoch",
    "fitted",
    "seconds"
  };

  /** Returns the highest J2 of any epoch; NaN if none was measured. */
  public double bestJ2() {
    return run.epochs().stream()
        .mapToDouble(epoch -> epoch.memorization().j2())
        .filter(j2 -> !Double.isNaN(j2))
        .max()
        .orElse(Double.NaN);
  }

  /**
   * Returns why the network did not fit and what may help, in one line; empty if it fitted. For a
   * run of another program, whose protocol is not known, without the remedy.
   */
  public Optional<String> misfit() {
    if (fit.fitted()) {
      return Optional.empty();
    }
    Protocol protocol = run.record().spec().protocol();
    if (protocol.optimizer() instanceof OptimizerSpec.Unknown) {
      return Optional.of(fit.reason());
    }
    return Optional.of(
        "%s; try %sa smaller --learning-rate than %s, or more --epochs"
            .formatted(
                fit.reason(),
                protocol.schedule().warmupEpochs() == 0 ? "--warmup 1, " : "",
                Term.format(protocol.optimizer().rate())));
  }

  /** Returns the summaries of runs that have an epoch, other than those of an audit's folds. */
  public static List<Summary> ofAll(List<StoredRun> runs) throws IOException {
    List<Summary> rows = new ArrayList<>();
    for (StoredRun run : runs) {
      if (!run.epochs().isEmpty() && run.record().spec().data().fold().isEmpty()) {
        rows.add(of(run));
      }
    }
    return List.copyOf(rows);
  }

  /** Returns the summary of a run that has an epoch. */
  public static Summary of(StoredRun run) throws IOException {
    List<EpochRecord> epochs = run.epochs();
    int[] trained = run.trained();
    return of(
        run,
        Fit.of(
            at(trained, run.predictions(epochs.get(epochs.size() - 1).epoch())),
            at(trained, run.observed()),
            at(trained, run.original()),
            epochs.stream().mapToDouble(EpochRecord::loss).toArray()));
  }

  /** Returns the summary of a run that has an epoch, given what its predictions say of the fit. */
  static Summary of(StoredRun run, Fit fit) {
    List<EpochRecord> epochs = run.epochs();
    double[] j1 = epochs.stream().mapToDouble(e -> e.memorization().j1()).toArray();
    double[] j2 = epochs.stream().mapToDouble(e -> e.memorization().j2()).toArray();
    return new Summary(
        run,
        epochs.get(epochs.size() - 1),
        epochs.stream().mapToDouble(EpochRecord::test).max().orElse(Double.NaN),
        FlipEpoch.of(j1, j2),
        fit,
        epochs.stream().mapToDouble(EpochRecord::seconds).sum());
  }

  private static int[] at(int[] positions, int[] values) {
    return Arrays.stream(positions).map(i -> values[i]).toArray();
  }

  /** Returns the rows as CSV with a header. */
  static String csv(List<Summary> rows) throws IOException {
    StringBuilder text = new StringBuilder();
    CSVFormat format =
        CSVFormat.RFC4180.builder().setHeader(COLUMNS).setRecordSeparator("\n").get();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      for (Summary row : rows) {
        var spec = row.run.record().spec();
        printer.printRecord(
            row.run.record().id(),
            spec.data().dataset(),
            spec.network(),
            spec.inputs(),
            spec.loss(),
            spec.noise(),
            spec.seed(),
            row.last.epoch(),
            EpochsFile.number(row.last.memorization().j1()),
            EpochsFile.number(row.last.memorization().j2()),
            EpochsFile.number(row.last.memorization().memorized()),
            EpochsFile.number(row.last.memorization().corrected()),
            EpochsFile.number(row.last.test()),
            EpochsFile.number(row.bestTest),
            row.flipEpoch.isPresent() ? row.flipEpoch.getAsInt() : "",
            row.fit.fitted(),
            EpochsFile.number(row.seconds));
      }
    }
    return text.toString();
  }
}

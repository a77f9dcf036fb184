package dev.rote.run;

import dev.rote.data.TableFormat;
import dev.rote.format.AtomicFile;
import dev.rote.study.RunSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Every epoch of runs as one table: what the run depends on, then what the epoch measured. */
public final class EpochTable {
  private EpochTable() {}

  /**
   * Writes a Parquet file with one row for each run and epoch. Values that were not measured are
   * null.
   *
   * @throws dev.rote.text.InputException if the module that writes Parquet is not on the class path
   */
  public static void writeParquet(Path file, List<Summary> runs) throws IOException {
    List<TableFormat.Field> fields = new ArrayList<>();
    for (String name :
        List.of("id", "dataset", "network", "inputs", "loss_function", "noise", "precision")) {
      fields.add(new TableFormat.Field(name, String.class));
    }
    fields.add(new TableFormat.Field("images", Long.class));
    fields.add(new TableFormat.Field("seed", Long.class));
    fields.add(new TableFormat.Field("noise_rate", Double.class));
    fields.add(new TableFormat.Field("finished", Boolean.class));
    fields.add(new TableFormat.Field("fitted", Boolean.class));
    fields.add(new TableFormat.Field("epoch", Long.class));
    for (String name : EpochsFile.measures()) {
      fields.add(new TableFormat.Field(name, Double.class));
    }
    List<Object[]> rows = new ArrayList<>();
    for (Summary summary : runs) {
      StoredRun run = summary.run();
      RunSpec spec = run.record().spec();
      for (EpochRecord epoch : run.epochs()) {
        List<Object> cells = new ArrayList<>();
        cells.add(run.record().id());
        cells.add(spec.data().dataset());
        cells.add(spec.network().toString());
        cells.add(spec.inputs().toString());
        cells.add(spec.loss().toString());
        cells.add(spec.noise().toString());
        cells.add(spec.protocol().precision().toString());
        cells.add((long) run.record().data().samples());
        cells.add(spec.seed());
        cells.add(run.record().noise().realizedRate());
        cells.add(run.finished());
        cells.add(summary.fit().fitted());
        cells.add((long) epoch.epoch());
        EpochsFile.byColumn(epoch)
            .values()
            .forEach(value -> cells.add(Double.isNaN(value) ? null : value));
        rows.add(cells.toArray());
      }
    }
    TableFormat parquet = TableFormat.parquet();
    AtomicFile.writePath(file, unfinished -> parquet.write(unfinished, fields, rows));
  }
}

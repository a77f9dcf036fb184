package dev.rote.run;

import dev.rote.format.AtomicFile;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * The risks of a study's networks, in two files beside its {@code summary.csv}.
 *
 * <p>{@code theory.csv} has a row for each run, epoch and loss, under the noise that the run was
 * trained with, or the largest rate of the study where it was trained without. {@code
 * theory-rates.csv} has the same networks at every noise rate of the study, so that their order
 * with and without noise can be compared; its column {@code noise_rate} says at which.
 */
public final class TheoryFile {
  /** Name of the file of {@link #writeOwn}. */
  public static final String OWN = "theory.csv";

  /** Name of the file of {@link #writeRates}. */
  public static final String RATES = "theory-rates.csv";

  private static final List<String> OWN_COLUMNS =
      List.of("run", "epoch", "loss", "symmetric", "risk", "noisy_risk", "predicted", "deviation");
  private static final List<String> RATES_COLUMNS =
      List.of(
          "run",
          "epoch",
          "loss",
          "symmetric",
          "risk",
          "noisy_risk",
          "predicted",
          "deviation",
          "noise_rate");

  /** Enough to tell two doubles apart. */
  private static final MathContext DIGITS = new MathContext(17);

  private TheoryFile() {}

  /** Writes {@code theory.csv}, whole or not at all. */
  public static void writeOwn(Path out, List<RiskPoint> points) throws IOException {
    write(out.resolve(OWN), OWN_COLUMNS, points);
  }

  /** Writes {@code theory-rates.csv}, whole or not at all. */
  public static void writeRates(Path out, List<RiskPoint> points) throws IOException {
    write(out.resolve(RATES), RATES_COLUMNS, points);
  }

  private static void write(Path file, List<String> columns, List<RiskPoint> points)
      throws IOException {
    StringBuilder text = new StringBuilder();
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setHeader(columns.toArray(String[]::new))
            .setRecordSeparator("\n")
            .get();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      for (RiskPoint point : points) {
        List<Object> cells =
            List.of(
                point.run(),
                point.epoch(),
                point.loss(),
                point.symmetric(),
                number(point.risk()),
                number(point.noisyRisk()),
                number(point.predicted()),
                number(point.deviation()),
                number(point.noiseRate()));
        printer.printRecord(cells.subList(0, columns.size()));
      }
    }
    AtomicFile.writeString(file, text.toString());
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    BigDecimal rounded = new BigDecimal(value).round(DIGITS);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toString();
  }

  /**
   * Returns the rows of {@code theory.csv} of those studies that have one, without noise rates
   * (NaN).
   *
   * @throws InputException if one is damaged
   */
  public static List<RiskPoint> readOwn(List<Path> studies) throws IOException {
    return read(studies, OWN);
  }

  /**
   * Returns the rows of {@code theory-rates.csv} of those studies that have one.
   *
   * @throws InputException if one is damaged
   */
  public static List<RiskPoint> readRates(List<Path> studies) throws IOException {
    return read(studies, RATES);
  }

  /** Writes the rows of several studies into a directory; removes a file that none of them has. */
  public static void gather(List<Path> studies, Path out) throws IOException {
    replace(out.resolve(OWN), OWN_COLUMNS, readOwn(studies));
    replace(out.resolve(RATES), RATES_COLUMNS, readRates(studies));
  }

  private static void replace(Path file, List<String> columns, List<RiskPoint> points)
      throws IOException {
    if (points.isEmpty()) {
      Files.deleteIfExists(file);
    } else {
      write(file, columns, points);
    }
  }

  private static List<RiskPoint> read(List<Path> studies, String name) throws IOException {
    List<RiskPoint> points = new ArrayList<>();
    for (Path study : studies) {
      if (Files.exists(study.resolve(name))) {
        points.addAll(read(study.resolve(name)));
      }
    }
    return List.copyOf(points);
  }

  private static List<RiskPoint> read(Path file) throws IOException {
    List<CsvRow> rows = CsvRow.parse(Files.readAllBytes(file), file.toString());
    List<String> header = rows.isEmpty() ? List.of() : rows.get(0).cells();
    if (!header.equals(OWN_COLUMNS) && !header.equals(RATES_COLUMNS)) {
      throw new InputException(file + " does not begin with the header that 'rote theory' writes");
    }
    List<RiskPoint> points = new ArrayList<>();
    for (CsvRow row : rows.subList(1, rows.size())) {
      List<String> cells = row.cells();
      try {
        if (cells.size() != header.size()) {
          throw new NumberFormatException(cells.size() + " columns instead of " + header.size());
        }
        points.add(
            new RiskPoint(
                cells.get(0),
                Integer.parseInt(cells.get(1)),
                cells.get(2),
                Boolean.parseBoolean(cells.get(3)),
                parse(cells.size() > 8 ? cells.get(8) : ""),
                parse(cells.get(4)),
                parse(cells.get(5)),
                parse(cells.get(6))));
      } catch (NumberFormatException e) {
        throw new InputException(
            file + " row " + row.number() + " is damaged: " + e.getMessage(), e);
      }
    }
    return points;
  }

  private static double parse(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }
}

package dev.rote.run;

import dev.rote.text.InputException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code epochs.csv}: a row an epoch, numbers to nine significant digits, an empty cell for NaN.
 */
final class EpochsFile {
  static final String HEADER =
      "epoch,loss,j1,j2,memorized,corrected,other,test,running_loss,running_j1,running_j2,"
          + "learning_rate,seconds";

  private static final int COLUMNS = HEADER.split(",").length;

  private EpochsFile() {}

  static String row(EpochRecord epoch) {
    return Arrays.stream(values(epoch))
        .mapToObj(EpochsFile::number)
        .collect(Collectors.joining(","));
  }

  /** The values in the order of the columns. */
  static double[] values(EpochRecord e) {
    return new double[] {
      e.epoch(),
      e.loss(),
      e.j1(),
      e.j2(),
      e.memorized(),
      e.corrected(),
      e.other(),
      e.test(),
      e.runningLoss(),
      e.runningJ1(),
      e.runningJ2(),
      e.learningRate(),
      e.seconds()
    };
  }

  /** The values other than the epoch, by column. */
  static Map<String, Double> byColumn(EpochRecord epoch) {
    String[] names = HEADER.split(",");
    double[] values = values(epoch);
    Map<String, Double> byColumn = new LinkedHashMap<>();
    for (int i = 1; i < names.length; i++) {
      byColumn.put(names[i], values[i]);
    }
    return byColumn;
  }

  /** The same digits on every JVM, which Double.toString does not promise. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(9));
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  /** The rows of a file; a last row that was cut off by a crash is left out. */
  static List<EpochRecord> read(Path file) throws IOException {
    List<EpochRecord> records = new ArrayList<>();
    for (String line : wholeRows(file)) {
      records.add(parse(line, file));
    }
    return List.copyOf(records);
  }

  /** The text of the rows that end with a line feed, without the header. */
  static List<String> wholeRows(Path file) throws IOException {
    String text = Files.readString(file);
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    List<String> lines = whole.lines().toList();
    if (lines.isEmpty()) {
      return List.of();
    }
    if (!lines.get(0).equals(HEADER)) {
      throw new InputException(file + " does not begin with the header of epochs.csv");
    }
    return lines.subList(1, lines.size());
  }

  private static EpochRecord parse(String line, Path file) {
    String[] cells = line.split(",", -1);
    try {
      if (cells.length != COLUMNS) {
        throw new NumberFormatException(cells.length + " columns instead of " + COLUMNS);
      }
      double[] v = Arrays.stream(cells).mapToDouble(EpochsFile::parse).toArray();
      return new EpochRecord(
          Integer.parseInt(cells[0]),
          v[1],
          v[2],
          v[3],
          v[4],
          v[5],
          v[6],
          v[7],
          v[8],
          v[9],
          v[10],
          v[11],
          v[12]);
    } catch (NumberFormatException e) {
      throw new InputException(file + ": row '" + line + "' is damaged: " + e.getMessage(), e);
    }
  }

  private static double parse(String cell) {
    return switch (cell) {
      case "" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(cell);
    };
  }
}

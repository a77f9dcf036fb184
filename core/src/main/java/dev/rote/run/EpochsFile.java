package dev.rote.run;

import dev.rote.format.AtomicFile;
import dev.rote.memorization.Memorization;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads and writes {@code epochs.csv}: one row per epoch, numbers to nine significant digits, an
 * empty cell for NaN.
 */
final class EpochsFile {
  /** The columns that every file has: earlier versions measured nothing else. */
  private static final String EARLIER =
      "epoch,loss,j1,j2,memorized,corrected,other,test,running_loss,running_j1,running_j2,"
          + "learning_rate,seconds";

  static final String HEADER =
      EARLIER + ",susceptibility,critical_ratio,loss_sensitivity,sensitivity_gini";

  private static final int COLUMNS = HEADER.split(",").length;

  private EpochsFile() {}

  static String row(EpochRecord epoch) {
    return Arrays.stream(values(epoch))
        .mapToObj(EpochsFile::number)
        .collect(Collectors.joining(","));
  }

  /** Returns whether a line is a header that can be read. */
  static boolean isHeader(String line) {
    return line.startsWith(EARLIER) && (HEADER + ",").startsWith(line + ",");
  }

  /** Returns the header of a file that exists. */
  private static String header(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.findFirst().orElse(HEADER);
    }
  }

  /** Returns a row with the columns of a header. */
  private static String row(EpochRecord epoch, String header) {
    String row = row(epoch);
    return String.join(",", Arrays.asList(row.split(",", -1)).subList(0, header.split(",").length));
  }

  /** Returns the values in the order of the columns. */
  static double[] values(EpochRecord e) {
    return new double[] {
      e.epoch(),
      e.loss(),
      e.memorization().j1(),
      e.memorization().j2(),
      e.memorization().memorized(),
      e.memorization().corrected(),
      e.memorization().other(),
      e.test(),
      e.running().loss(),
      e.running().j1(),
      e.running().j2(),
      e.learningRate(),
      e.seconds(),
      e.extra().susceptibility(),
      e.extra().criticalRatio(),
      e.extra().lossSensitivity(),
      e.extra().sensitivityGini()
    };
  }

  /** Returns the names of the columns other than the epoch. */
  static List<String> measures() {
    return Arrays.stream(HEADER.split(",")).skip(1).toList();
  }

  /** Returns the values other than the epoch, by column. */
  static Map<String, Double> byColumn(EpochRecord epoch) {
    String[] names = HEADER.split(",");
    double[] values = values(epoch);
    Map<String, Double> byColumn = new LinkedHashMap<>();
    for (int i = 1; i < names.length; i++) {
      byColumn.put(names[i], values[i]);
    }
    return byColumn;
  }

  /** Formats a number with the same digits on every JVM, which Double.toString does not promise. */
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

  /** Replaces a file by one with these rows; one that had rows keeps its columns. */
  static void write(Path file, List<EpochRecord> rows) throws IOException {
    String header = rows.isEmpty() ? HEADER : header(file);
    StringBuilder text = new StringBuilder(header).append('\n');
    rows.forEach(epoch -> text.append(row(epoch, header)).append('\n'));
    AtomicFile.writeString(file, text.toString());
  }

  /** Writes a row at {@code position} and brings it to the disk. */
  static void append(Path file, EpochRecord row, long position) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(row(row, header(file)) + "\n");
      while (bytes.hasRemaining()) {
        channel.write(bytes, position + bytes.position());
      }
      channel.force(true);
    }
  }

  /**
   * Returns the rows in the first {@code bytes} bytes of a file.
   *
   * @throws InputException if they are not rows of {@code epochs.csv}
   */
  static List<EpochRecord> read(Path file, long bytes) throws IOException {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes((int) Math.min(bytes, Integer.MAX_VALUE));
    }
    List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty() || !isHeader(lines.get(0))) {
      throw new InputException(file + " does not begin with the header of epochs.csv");
    }
    return lines.stream().skip(1).map(line -> parse(line, file)).toList();
  }

  static EpochRecord parse(String line, Path file) {
    String[] cells = line.split(",", -1);
    try {
      if (cells.length < EARLIER.split(",").length || cells.length > COLUMNS) {
        throw new NumberFormatException(cells.length + " columns instead of " + COLUMNS);
      }
      double[] v = new double[COLUMNS];
      Arrays.fill(v, Double.NaN);
      for (int i = 0; i < cells.length; i++) {
        v[i] = parse(cells[i]);
      }
      return new EpochRecord(
          Integer.parseInt(cells[0]),
          v[1],
          new Memorization(v[2], v[3], v[4], v[5], v[6]),
          v[7],
          new EpochRecord.Running(v[8], v[9], v[10]),
          v[11],
          v[12],
          new EpochRecord.Extra(v[13], v[14], v[15], v[16]));
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

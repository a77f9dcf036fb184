package dev.rote.run;

import dev.rote.format.AtomicFile;
import dev.rote.memorization.Memorization;
import dev.rote.text.InputException;
import java.io.BufferedInputStream;
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

/**
 * Reads and writes {@code epochs.csv}: one row per epoch, numbers to nine significant digits, an
 * empty cell for NaN.
 */
final class EpochsFile {
  static final String HEADER =
      "epoch,loss,j1,j2,memorized,corrected,other,test,running_loss,running_j1,running_j2,"
          + "learning_rate,seconds,susceptibility,critical_ratio,loss_sensitivity,sensitivity_gini";

  private static final int COLUMNS = HEADER.split(",").length;

  private EpochsFile() {}

  static String row(EpochRecord epoch) {
    return Arrays.stream(values(epoch))
        .mapToObj(EpochsFile::number)
        .collect(Collectors.joining(","));
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

  /** Replaces a file by one with these rows. */
  static void write(Path file, List<EpochRecord> rows) throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    rows.forEach(epoch -> text.append(row(epoch)).append('\n'));
    AtomicFile.writeString(file, text.toString());
  }

  /** Writes a row at {@code position} and brings it to the disk. */
  static void append(Path file, EpochRecord row, long position) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(row(row) + "\n");
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
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new InputException(file + " does not begin with the header of epochs.csv");
    }
    return lines.stream().skip(1).map(line -> parse(line, file)).toList();
  }

  /**
   * Returns the number of rows in the first {@code bytes} bytes of a file, without parsing them.
   */
  static int count(Path file, long bytes) throws IOException {
    int lines = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      int last = '\n';
      for (long at = 0; at < bytes; at++) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        // A line begins after a line break.
        lines += last == '\n' ? 1 : 0;
        last = next;
      }
    }
    return Math.max(0, lines - 1);
  }

  static EpochRecord parse(String line, Path file) {
    String[] cells = line.split(",", -1);
    try {
      if (cells.length != COLUMNS) {
        throw new NumberFormatException(cells.length + " columns instead of " + COLUMNS);
      }
      double[] v = Arrays.stream(cells).mapToDouble(EpochsFile::parse).toArray();
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

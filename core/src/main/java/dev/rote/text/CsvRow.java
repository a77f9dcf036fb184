package dev.rote.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A row of a CSV text that a person gave.
 *
 * @param number of the row in its file, from 1, the header and blank lines counted
 * @param cells without spaces around them
 */
public record CsvRow(long number, List<String> cells) {
  public CsvRow {
    cells = List.copyOf(cells);
  }

  /** What spreadsheets write between values where a comma is the decimal point, and tables. */
  private static void requireCommas(List<CsvRow> rows, String source) {
    if (rows.isEmpty() || rows.get(0).cells.size() > 1) {
      return;
    }
    for (String sign : List.of(";", "\t")) {
      if (rows.get(0).cells.get(0).contains(sign)) {
        throw new InputException(
            source
                + " has "
                + (sign.equals(";") ? "semicolons" : "tabs")
                + " between its values; save it with commas");
      }
    }
  }

  /**
   * The rows of {@code content} that are not blank; a byte order mark is skipped.
   *
   * @param source name of the file, for errors
   * @throws InputException where this is no UTF-8 text, a quote is not closed, or values are
   *     separated by something else than commas
   */
  public static List<CsvRow> parse(byte[] content, String source) {
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setTrim(true)
            .setIgnoreSurroundingSpaces(true)
            .setIgnoreEmptyLines(false)
            .get();
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      List<CsvRow> rows = new ArrayList<>();
      try (CSVParser parser =
          CSVParser.parse(text.startsWith("\uFEFF") ? text.substring(1) : text, format)) {
        for (CSVRecord record : parser) {
          if (record.size() > 1 || !record.get(0).isEmpty()) {
            rows.add(new CsvRow(record.getRecordNumber(), record.toList()));
          }
        }
      }
      requireCommas(rows, source);
      return rows;
    } catch (CharacterCodingException e) {
      throw new InputException(
          source + " is no CSV file: it is not UTF-8 text; save it in that encoding", e);
    } catch (UncheckedIOException e) {
      throw new InputException(
          source + " is no readable CSV file: " + e.getCause().getMessage(), e);
    } catch (IOException | IllegalStateException e) {
      throw new InputException(source + " is no readable CSV file: " + e.getMessage(), e);
    }
  }
}

package dev.rote.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A row of a CSV file (RFC 4180) that a person wrote, with its text, so that a cell can be changed
 * while every other byte stays.
 *
 * @param number of the row in its file, from 1; the header and blank lines count
 * @param cells values of the cells: without quotes, and without spaces around unquoted ones
 * @param text text of the row in the file, with its line end
 */
public record CsvRow(long number, List<String> cells, String text) {
  private static final char BYTE_ORDER_MARK = 0xfeff;

  /** What a spreadsheet takes for a formula, perhaps behind apostrophes of {@link #safe}. */
  private static final Pattern FORMULA = Pattern.compile("'*[=+\\-@\\t\\r](?s:.*)");

  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

  public CsvRow {
    cells = List.copyOf(cells);
  }

  /**
   * Parses CSV text.
   *
   * @param content UTF-8; a byte order mark is skipped
   * @param source name of the file, for errors
   * @return the rows that are not blank
   * @throws InputException if the content is not UTF-8, a quote is not closed or is followed by
   *     text, or values are separated by semicolons or tabs
   */
  public static List<CsvRow> parse(byte[] content, String source) {
    List<CsvRow> rows = parseAll(content, source);
    return rows.stream().noneMatch(CsvRow::isBlank)
        ? rows
        : rows.stream().filter(row -> !row.isBlank()).toList();
  }

  /** Parses CSV text as {@link #parse} does, and keeps blank rows. */
  public static List<CsvRow> parseAll(byte[] content, String source) {
    List<CsvRow> rows = new ArrayList<>();
    forEach(content, source, rows::add);
    return rows;
  }

  /** Parses CSV text as {@link #parseAll} does, and passes on one row after another. */
  public static void forEach(byte[] content, String source, Consumer<CsvRow> action) {
    if (isUtf16(content)) {
      throw new InputException(
          source + " is not a CSV file: it seems to be UTF-16, not UTF-8 text; save it as UTF-8");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new InputException(
          source + " is not a CSV file: it is not UTF-8 text; save it in that encoding", e);
    }
    int at = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
    boolean first = true;
    List<int[]> spans = new ArrayList<>();
    for (long number = 1; at < text.length(); number++) {
      List<String> cells = new ArrayList<>();
      spans.clear();
      int end = scan(text, at, cells, spans, source, number);
      CsvRow row = new CsvRow(number, cells, text.substring(at, end));
      if (first && !row.isBlank()) {
        requireCommas(row, source);
        first = false;
      }
      action.accept(row);
      at = end;
    }
  }

  /** Returns whether the row is an empty line; an empty value in quotes is a row. */
  public boolean isBlank() {
    return cells.size() == 1 && cells.get(0).isEmpty() && text.indexOf('"') < 0;
  }

  /**
   * Returns this row's text with one cell replaced and all other characters kept.
   *
   * @param column index of the cell
   * @param value its new value, quoted where CSV requires it or where the cell was quoted before
   */
  public String with(int column, String value) {
    List<int[]> spans = new ArrayList<>();
    scan(text, 0, new ArrayList<>(), spans, "", number);
    int[] span = spans.get(column);
    boolean quoted = text.charAt(Math.min(span[0], text.length() - 1)) == '"' && span[1] > span[0];
    return text.substring(0, span[0])
        + (quoted ? quote(value) : cell(value))
        + text.substring(span[1]);
  }

  /** Returns {@code values} as a line of CSV, quoted where needed. */
  public static String line(List<String> values) {
    StringBuilder line = new StringBuilder();
    for (String value : values) {
      line.append(line.length() == 0 ? "" : ",").append(cell(value));
    }
    // a single empty cell would be a blank line
    return (values.equals(List.of("")) ? "\"\"" : line) + "\n";
  }

  /**
   * Returns text that no spreadsheet takes for a formula: an apostrophe is put before text that
   * begins with {@code =}, {@code +}, {@code -}, {@code @}, a tab or a carriage return and is not a
   * plain number. {@link #fromSafe} takes it away again.
   */
  public static String safe(String value) {
    return FORMULA.matcher(value).matches() && !NUMBER.matcher(value).matches()
        ? "'" + value
        : value;
  }

  /** Returns the text that {@link #safe} was given. */
  public static String fromSafe(String value) {
    return value.startsWith("'") && FORMULA.matcher(value).matches() ? value.substring(1) : value;
  }

  private static String cell(String value) {
    boolean plain =
        value.equals(value.strip())
            && value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? value : quote(value);
  }

  private static String quote(String value) {
    return '"' + value.replace("\"", "\"\"") + '"';
  }

  /**
   * Reads one row.
   *
   * @param cells receives the values
   * @param spans receives start and end of each cell with its quotes, without spaces around it
   * @return where the next row starts
   */
  private static int scan(
      String text, int start, List<String> cells, List<int[]> spans, String source, long number) {
    int at = start;
    while (true) {
      at = skipBlanks(text, at);
      int from = at;
      if (at < text.length() && text.charAt(at) == '"') {
        StringBuilder value = new StringBuilder();
        at = quoted(text, at, value, source, number);
        cells.add(value.toString());
        spans.add(new int[] {from, at});
        at = skipBlanks(text, at);
        if (!isEnd(text, at)) {
          requireComma(text.charAt(at), source);
          throw new InputException(
              "%s is not a readable CSV file: row %d has text after a closing quote"
                  .formatted(source, number));
        }
      } else {
        while (!isEnd(text, at)) {
          at++;
        }
        int to = at;
        while (to > from && isBlank(text.charAt(to - 1))) {
          to--;
        }
        cells.add(text.substring(from, to));
        spans.add(new int[] {from, to});
      }
      if (at >= text.length()) {
        return at;
      }
      char end = text.charAt(at++);
      if (end == '\r' && at < text.length() && text.charAt(at) == '\n') {
        at++;
      }
      if (end != ',') {
        return at;
      }
    }
  }

  private static int quoted(
      String text, int start, StringBuilder value, String source, long number) {
    int at = start + 1;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        value.append(c);
      } else if (at < text.length() && text.charAt(at) == '"') {
        value.append('"');
        at++;
      } else {
        return at;
      }
    }
    throw new InputException(
        "%s is not a readable CSV file: the quote that row %d opens is not closed"
            .formatted(source, number));
  }

  private static boolean isEnd(String text, int at) {
    return at >= text.length() || ",\r\n".indexOf(text.charAt(at)) >= 0;
  }

  private static boolean isBlank(char c) {
    return c <= ' ' && c != '\r' && c != '\n';
  }

  private static int skipBlanks(String text, int from) {
    int at = from;
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Refuses what spreadsheets write where a comma is the decimal point, and tables of tabs. */
  private static void requireCommas(CsvRow first, String source) {
    if (first.cells.size() == 1) {
      first.cells.get(0).chars().forEach(c -> requireComma((char) c, source));
    }
  }

  private static void requireComma(char separator, String source) {
    if (separator == ';' || separator == '\t') {
      throw new InputException(
          "%s has %s between its values; save it with commas"
              .formatted(source, separator == ';' ? "semicolons" : "tabs"));
    }
  }

  /** Returns whether text begins as UTF-16 does: with its mark, or with a zero in two bytes. */
  private static boolean isUtf16(byte[] content) {
    return content.length > 1
        && ((content[0] == (byte) 0xff && content[1] == (byte) 0xfe)
            || (content[0] == (byte) 0xfe && content[1] == (byte) 0xff)
            || (content[0] == 0) != (content[1] == 0));
  }
}

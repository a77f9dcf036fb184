package dev.rote.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvRowTest {
  private static List<CsvRow> parse(String text) {
    return CsvRow.parse(text.getBytes(StandardCharsets.UTF_8), "f.csv");
  }

  /** A sample without a label, in a table whose only column is its labels. */
  @Test
  void anEmptyCellInQuotesIsARowAndAnEmptyLineIsNone() {
    String written =
        CsvRow.line(List.of("label")) + CsvRow.line(List.of("cat; dog")) + CsvRow.line(List.of(""));
    assertThat(parse(written + "\n  \r\n"))
        .extracting(row -> row.cells().get(0))
        .containsExactly("label", "cat; dog", "");
  }

  @Test
  void aFileThatIsNotThereIsNotCalledADirectory() {
    NoSuchFileException cause = new NoSuchFileException("labels.csv");
    assertThat(InputException.cannotRead(Path.of("labels.csv"), cause))
        .hasMessage("cannot read labels.csv: it does not exist");
    assertThat(InputException.cannotWrite("results to", Path.of("x/out"), cause))
        .hasMessage(
            "cannot write results to x/out: there is no such directory; choose another --out");
  }
}

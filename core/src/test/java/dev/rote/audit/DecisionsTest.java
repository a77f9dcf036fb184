package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.data.UnreadableFile;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DecisionsTest {
  private static final String HEADER = "id,path,observed,decision,label\n";

  private static final String MANIFEST =
      """
      path,label,original_label
      a.png,cat,cat
      "b, c.png",dog,cat
      d.png,dog,dog
      e.png,"a ""quoted"" owl",cat
      """;

  @TempDir Path directory;
  private Path manifest;
  private Path csv;
  private Path out;

  @BeforeEach
  void writeManifest() throws IOException {
    manifest = Files.writeString(directory.resolve("labels.csv"), MANIFEST);
    csv = directory.resolve("decisions.csv");
    out = directory.resolve("corrected.csv");
  }

  @Test
  void relabelledRowsChangeDroppedRowsGoAndAllElseStays() throws IOException {
    Decisions decisions =
        decisions(
            """
            1,"b, c.png",dog,relabel,cat
            2,d.png,dog,drop,
            0,a.png,cat,keep,cat
            """);
    assertThat(decisions.apply(manifest, List.of(), out))
        .isEqualTo(new Correction.Applied(1, 1, 1, 1, 0));
    assertThat(out)
        .hasContent(
            """
            path,label,original_label
            a.png,cat,cat
            "b, c.png",cat,cat
            e.png,"a ""quoted"" owl",cat
            """);
    assertThat(manifest).hasContent(MANIFEST);
  }

  @Test
  void columnsMayComeInAnyOrderAndWithoutPaths() throws IOException {
    Files.writeString(csv, "\uFEFFlabel,decision,observed,id\ncat,relabel,dog,2\n\n,keep,cat,0\n");
    assertThat(Decisions.read(csv).apply(manifest, List.of(), out))
        .isEqualTo(new Correction.Applied(1, 1, 0, 2, 0));
    assertThat(Files.readAllLines(out)).contains("d.png,cat,dog");
  }

  @Test
  void labelsStayAsTheyAreWrittenAndOtherCellsByteForByte() throws IOException {
    Files.writeString(
        manifest,
        "\uFEFFpath,label,note\r\n\"a.png\",01,\"  two  spaces \"\n\nb.png, 02 , x\nc.png,02,y");
    Files.writeString(csv, HEADER + "1,b.png,2,relabel,1\n");
    assertThat(Decisions.read(csv).apply(manifest, List.of(), out))
        .isEqualTo(new Correction.Applied(0, 1, 0, 2, 0));
    assertThat(Files.readString(out))
        .isEqualTo(
            "\uFEFFpath,label,note\r\n"
                + "\"a.png\",01,\"  two  spaces \"\n\n"
                + "b.png, 01 , x\n"
                + "c.png,02,y");
    Files.delete(out);
    Files.writeString(csv, HEADER + "0,a.png,1,relabel,8\n");
    refused("unknown class '8'");
  }

  @Test
  void spacesInsideQuotesBelongToANameAndFormulasComeBack() throws IOException {
    Files.writeString(
        manifest, "path,label\na.png,\"cat \"\nb.png,cat\nc.png,=SUM(A1)\nd.png,'@x\ne.png,-1\n");
    Files.writeString(
        csv,
        HEADER
            + "0,a.png,\"cat \",relabel,cat\n2,c.png,'=SUM(A1),relabel,''@x\n4,e.png,-1,keep,-1\n");
    Decisions.read(csv).apply(manifest, List.of(), out);
    assertThat(out)
        .hasContent("path,label\na.png,\"cat\"\nb.png,cat\nc.png,'@x\nd.png,'@x\ne.png,-1\n");
    for (String text :
        List.of("=a", "+a", "-a", "@a", "'=a", "''-b", "'a", "a", "", "-1", "+1.5")) {
      assertThat(CsvRow.fromSafe(CsvRow.safe(text))).isEqualTo(text);
      assertThat(CsvRow.safe(text)).doesNotMatch("[=@].*|[+-][^0-9].*");
    }
  }

  @Test
  void imagesThatCannotBeReadAreLeftOut() throws IOException {
    List<UnreadableFile> unreadable =
        List.of(
            new UnreadableFile(0, "a.png", 0, "is truncated"),
            new UnreadableFile(3, "other.png", 0, "of a test part"));
    assertThat(decisions("2,d.png,dog,drop,\n").apply(manifest, unreadable, out))
        .isEqualTo(new Correction.Applied(0, 0, 1, 3, 1));
    assertThat(out)
        .hasContent(
            """
            path,label,original_label
            "b, c.png",dog,cat
            e.png,"a ""quoted"" owl",cat
            """);
  }

  @Test
  void linksAndDevicesAreNotReplaced() throws IOException {
    Decisions decisions = decisions("2,d.png,dog,drop,\n");
    Path link = Files.createSymbolicLink(directory.resolve("x.csv"), directory.resolve("away.csv"));
    assertThatThrownBy(() -> decisions.apply(manifest, List.of(), link))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("only regular files are replaced");
    assertThat(link).isSymbolicLink();
    Path device = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(device), "needs /dev/full");
    assertThatThrownBy(() -> decisions.apply(manifest, List.of(), device))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("only regular files are replaced");
  }

  @Test
  void pathsLeadToTheSameImagesFromAnotherDirectory() throws IOException {
    Path elsewhere = Files.createDirectories(directory.resolve("new/place"));
    decisions("2,d.png,dog,drop,\n").apply(manifest, List.of(), elsewhere.resolve("corrected.csv"));
    assertThat(Files.readAllLines(elsewhere.resolve("corrected.csv")))
        .contains("../../a.png,cat,cat", "\"../../b, c.png\",dog,cat");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "4,x.png,dog,drop, | row 2: unknown id 4; manifest | has the ids 0 to 3",
        "0,b.png,cat,drop, | row 2: sample 0 has the path 'b.png', but 'a.png' in | other data",
        "0,a.png,dog,drop, | row 2: sample 0 has the label 'dog', but 'cat' in | other data",
        "0,a.png,cat,relabel,dogg | unknown class 'dogg' | did you mean 'dog'",
        "0,a.png,cat,relabel, | row 2 | label is empty",
        "0,a.png,cat,keep,dog | keep with label 'dog' | write relabel",
        "0,a.png,cat,delete, | row 2 | unknown decision 'delete'",
        "-1,a.png,cat,drop, | row 2 | id '-1' is not a sample id",
        "0,a.png,,drop, | row 2 | observed is empty",
        "0,a.png,cat,drop | row 2 | has 4 values under a header of 5",
        "`0,a.png,cat,drop,\n0,a.png,cat,keep,cat` | rows 2 and 3 | both about sample 0",
      })
  void whatDoesNotFitIsRefused(String rows, String first, String second) throws IOException {
    Files.writeString(csv, HEADER + rows + "\n");
    refused(first, second);
  }

  @Test
  void whatIsNoDecisionsFileIsRefused() throws IOException {
    refused("is not a file");
    Files.writeString(csv, "");
    refused("has no rows");
    Files.writeString(csv, HEADER);
    refused("has no rows");
    Files.writeString(csv, "id,observed,decison,label\n0,cat,keep,cat\n");
    refused("unknown column 'decison'; did you mean 'decision'?");
    Files.writeString(csv, "id,observed,decision\n0,cat,keep\n");
    refused("the header is 'id,observed,decision'");
    Files.write(csv, new byte[] {(byte) 0xff, 1, 2});
    refused("not UTF-8");
  }

  @Test
  void whatIsGivenIsNeverWrittenOver() throws IOException {
    Decisions decisions = decisions("2,d.png,dog,drop,\n");
    Path link = Files.createLink(directory.resolve("link.csv"), manifest);
    for (Path given : new Path[] {manifest, csv, directory.resolve("x/../labels.csv"), link}) {
      assertThatThrownBy(() -> decisions.apply(manifest, List.of(), given))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("nothing is changed in place");
    }
    assertThat(manifest).hasContent(MANIFEST);
  }

  @Test
  void whereNothingCanBeWrittenIsSaid() throws IOException {
    Decisions decisions = decisions("2,d.png,dog,drop,\n");
    for (Path place : new Path[] {directory, directory.resolve("absent/out.csv")}) {
      assertThatThrownBy(() -> decisions.apply(manifest, List.of(), place))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("name a file in a directory that exists");
    }
  }

  @Test
  void aPlaceThatTakesNoFilesGetsOneLine() throws IOException {
    Path proc = Path.of("/proc");
    Assumptions.assumeTrue(Files.isDirectory(proc), "needs a directory that takes no files");
    Decisions decisions = decisions("2,d.png,dog,drop,\n");
    assertThatThrownBy(() -> decisions.apply(manifest, List.of(), proc.resolve("out.csv")))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("cannot write the corrected manifest to /proc/out.csv: ")
        .hasMessageContaining("choose another --out");
  }

  @Test
  void aManifestWithNothingLeftIsRefused() throws IOException {
    Files.writeString(manifest, "path,label\na.png,cat\n");
    Files.writeString(csv, HEADER + "0,a.png,cat,drop,\n");
    refused("drop every row");
  }

  @Test
  void notesAreKeptAndStandBesideConflicts() throws IOException {
    List<Decision> made =
        List.of(
            new Decision(0, "a.png", "cat", Decision.Action.KEEP, "cat", "=whiskers, \"seen\""),
            new Decision(2, "d.png", "dog", Decision.Action.DROP, "", ""));
    Decisions.write(csv, made);
    assertThat(Decisions.read(csv).rows()).extracting(Decisions.Row::decision).isEqualTo(made);
    Path other = directory.resolve("other.csv");
    Decisions.write(
        other, List.of(new Decision(0, "a.png", "cat", Decision.Action.RELABEL, "dog", "barks")));
    assertThat(Decisions.merge(List.of(Decisions.read(csv), Decisions.read(other))).conflicts())
        .singleElement()
        .asString()
        .contains("keep (=whiskers, \"seen\")", "relabel as 'dog' (barks)");
  }

  private Decisions decisions(String rows) throws IOException {
    return Decisions.read(Files.writeString(csv, HEADER + rows));
  }

  private void refused(String... parts) throws IOException {
    assertThatThrownBy(() -> Decisions.read(csv).apply(manifest, List.of(), out))
        .isInstanceOf(InputException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .isSubsetOf("labels.csv", "decisions.csv");
    }
  }
}

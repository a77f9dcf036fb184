package dev.rote.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TheoryFileTest {
  private static final RiskPoint POINT =
      new RiskPoint("a-1", 3, "rll(alpha=0.1, beta=2)", true, 0.4, 0.5, 2.25, 1 / 3.0);
  private static final RiskPoint NO_PREDICTION =
      new RiskPoint("b-1", 4, "cce", false, Double.NaN, 1e-20, 2, Double.NaN);

  @TempDir Path temp;

  @Test
  void columnsAreThoseThatAreDocumented() throws IOException {
    TheoryFile.writeOwn(temp, List.of(POINT, NO_PREDICTION));
    assertThat(Files.readString(temp.resolve("theory.csv")))
        .isEqualTo(
            """
            run,epoch,loss,symmetric,risk,noisy_risk,predicted,deviation
            a-1,3,"rll(alpha=0.1, beta=2)",true,0.5,2.25,0.33333333333333331,1.9166666666666667
            b-1,4,cce,false,9.9999999999999995E-21,2,,
            """);
  }

  @Test
  void whatIsWrittenIsReadBackToTheLastBit() throws IOException {
    TheoryFile.writeRates(temp, List.of(POINT, NO_PREDICTION));
    Path other = temp.resolve("a study without theory");
    assertThat(TheoryFile.readRates(List.of(other, temp))).containsExactly(POINT, NO_PREDICTION);
    assertThat(TheoryFile.readOwn(List.of(other, temp))).isEmpty();
    TheoryFile.writeOwn(temp, List.of(POINT));
    RiskPoint read = TheoryFile.readOwn(List.of(temp)).get(0);
    assertThat(read).usingRecursiveComparison().ignoringFields("noiseRate").isEqualTo(POINT);
    assertThat(read.noiseRate()).isNaN();
  }

  @Test
  void damagedFilesAreNamedWithTheRow() throws IOException {
    TheoryFile.writeOwn(temp, List.of(POINT));
    Path file = temp.resolve("theory.csv");
    Files.writeString(file, Files.readString(file) + "a-1,4,cce\n");
    assertThatThrownBy(() -> TheoryFile.readOwn(List.of(temp)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("row 3");
    Files.writeString(file, "run,loss\n");
    assertThatThrownBy(() -> TheoryFile.readOwn(List.of(temp)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("header");
  }
}

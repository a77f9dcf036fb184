package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.loss.LossKind;
import dev.rote.loss.Losses;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LossesCommandTest {
  private static String rote(int code, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    assertThat(line.execute(args)).isEqualTo(code);
    return out + err.toString();
  }

  @Test
  void theTableHasARowForEveryLoss() {
    String table = rote(0, "losses");
    for (LossKind kind : Losses.kinds()) {
      assertThat(table).contains("\n" + Losses.parse(kind.example()).spec() + " ");
    }
    // mae: C = 2(K − 1); pull 2(K − 1)/K²
    assertThat(table).containsPattern("mae +18 +yes +0.18 +0.0198 +0.002 ");
  }

  @Test
  void aNameOrATextIsDescribed() {
    assertThat(rote(0, "losses", "gce"))
        .contains(
            "gce(q=0.7)", "Zhang and Sabuncu 2018", "default 0.7; in (0, 1]", "symmetric  no");
    assertThat(rote(0, "losses", "gce(q=1)")).contains("symmetric  yes, C = 9, 99, 999");
    assertThat(rote(0, "losses", "nce + rce")).contains("nce + rce(A=-4)", "C = 37, 397, 4000");
    assertThat(rote(2, "losses", "gcee")).contains("did you mean 'gce'?");
  }

  @Test
  void theDocumentationShowsTheLossesAsTheyAre() throws IOException {
    Path page = Path.of("..", "docs", "losses.md");
    String marker = "<!-- from here on: rote losses --markdown -->\n";
    String written = Files.readString(page).replace("\r\n", "\n");
    assertThat(written.substring(written.indexOf(marker) + marker.length()))
        .as(
            "docs/losses.md: replace all after the marker by what './rote losses --markdown'"
                + " prints")
        .isEqualTo(rote(0, "losses", "--markdown"));
  }
}

package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AuditCommandTest {
  @TempDir Path directory;

  @Test
  void decisionsBecomeACorrectedManifest() throws IOException {
    String manifest = write("labels.csv", "path,label\na.png,cat\nb.png,dog\nc.png,cat\n");
    String decisions =
        write("decisions.csv", "id,path,observed,decision,label\n2,c.png,cat,relabel,dog\n");
    String corrected = directory.resolve("corrected.csv").toString();
    StringWriter said = new StringWriter();
    assertThat(rote(said, "audit", "apply", decisions, "--manifest", manifest, "--out", corrected))
        .isZero();
    assertThat(said.toString()).contains("0 kept, 1 relabelled, 0 dropped, 2 not decided");
    assertThat(Path.of(corrected)).hasContent("path,label\na.png,cat\nb.png,dog\nc.png,dog\n");
  }

  @Test
  void decisionsAboutUnknownIdsGetOneLine() throws IOException {
    String manifest = write("labels.csv", "path,label\na.png,cat\nb.png,dog\n");
    String decisions =
        write("decisions.csv", "id,path,observed,decision,label\n7,c.png,cat,drop,\n");
    String corrected = directory.resolve("corrected.csv").toString();
    StringWriter said = new StringWriter();
    assertThat(rote(said, "audit", "apply", decisions, "--manifest", manifest, "--out", corrected))
        .isEqualTo(2);
    assertThat(said.toString().lines()).hasSize(1).first().asString().contains("unknown id 7");
    assertThat(Path.of(corrected)).doesNotExist();
    assertThat(rote(said, "audit", "apply", decisions, "--out", corrected)).isEqualTo(2);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  private static int rote(StringWriter said, String... args) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(said, true));
    line.setErr(new PrintWriter(said, true));
    return line.execute(args);
  }
}

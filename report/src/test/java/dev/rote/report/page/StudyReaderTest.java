package dev.rote.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.analysis.MadeUpStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyReaderTest {
  @TempDir Path temp;

  @Test
  void aLinkThatLeadsNowhereIsNamedAndTheOtherRunsAreRead() throws IOException {
    String run = new MadeUpStudy(temp, "glyphs", 3).run("cce", "symmetric(0.4)", 1, 0.9, 0.6);
    Path link = temp.resolve("runs/moved");
    Files.createSymbolicLink(link, temp.resolve("gone"));
    StudyReader reader = new StudyReader(List.of(temp));
    assertThat(reader.look()).isTrue();
    assertThat(reader.seen().runs())
        .extracting(seen -> seen.run().record().id())
        .containsExactly(run);
    assertThat(reader.evidence().gaps())
        .containsExactly(link + " is a link that leads nowhere; remove it");
    Files.delete(link);
    assertThat(reader.look()).isTrue();
    assertThat(reader.evidence().gaps()).isEmpty();
  }
}

package dev.rote.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.data.DataSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.Protocol;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyDirectoryTest {
  @TempDir Path temp;

  private static StudyDirectory.Identity identity(int epochs) {
    return new StudyDirectory.Identity(
        RunRecord.FORMAT,
        "glyphs",
        "digest",
        new NetworkName("mlp"),
        Protocol.of(new OptimizerSpec.Adam(0.1, 0), epochs),
        DataSpec.of("glyphs", Optional.empty()));
  }

  @Test
  void aDirectoryThatCannotBeOpenedIsNotLeftLocked() throws IOException {
    StudyDirectory.open(temp, identity(10), 0).close();
    Path inTheWay = Files.createDirectories(temp.resolve(".study.json.tmp/full"));
    assertThatThrownBy(() -> StudyDirectory.open(temp, identity(20), 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot write");
    Files.delete(inTheWay);
    StudyDirectory.open(temp, identity(20), 0).close();
  }
}

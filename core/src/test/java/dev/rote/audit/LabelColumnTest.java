package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelColumnTest {
  @TempDir Path directory;

  /** Relabels sample 0 as dog, and drops sample 2, a dog. */
  private Correction correction(Path labels, String cat, String dog) throws IOException {
    Path decisions =
        Files.writeString(
            directory.resolve("decisions.csv"),
            "id,path,observed,decision,label\n0,,%s,relabel,%s\n2,,%s,drop,\n"
                .formatted(cat, dog, dog));
    return Correction.of(
        Decisions.read(decisions), labels, List.of(), Optional.empty(), List.of("cat", "dog"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "cat/dog/dog/cat/, dog/dog/cat/, cat, dog",
        "0/1/1/0, 1/1/0, 0, 1",
        "y/0/1/1/0/, y/1/1/0/, 0, 1", // numpy.savetxt and pandas with a header
        "\"cat\"/\"dog\"/dog/\"cat\"/, \"dog\"/\"dog\"/\"cat\"/, cat, dog",
      })
  void labelsAloneComeBackAsLabelsAlone(String before, String after, String cat, String dog)
      throws IOException {
    Path labels = Files.writeString(directory.resolve("y.csv"), before.replace('/', '\n'));
    assertThat(Correction.holdsLabelsAlone(labels)).isTrue();
    Correction correction = correction(labels, cat, dog);
    assertThat(correction.applied()).isEqualTo(new Correction.Applied(0, 1, 1, 2, 0));
    assertThat(correction.leftOut()).containsExactly(2L);
    Path out = directory.resolve("out.csv");
    correction.writeManifest(out);
    assertThat(Files.readString(out)).isEqualTo(after.replace('/', '\n'));
    assertThatThrownBy(() -> correction.writeManifest(directory.resolve("out.npy")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("name a file that ends in .csv");
  }

  @Test
  void manifestsAreNoLabelsAlone() throws IOException {
    Path manifest = directory.resolve("m.csv");
    for (String content : List.of("path,label\na.png,cat\n", "label\ncat\ndog\n", "")) {
      Files.writeString(manifest, content);
      assertThat(Correction.holdsLabelsAlone(manifest)).as(content).isFalse();
    }
  }
}

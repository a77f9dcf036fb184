package dev.rote.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class ShellWordsTest {
  private static final List<String> WORDS =
      List.of(
          "--noise", "symmetric(0.2)", "my images/ü", "it's \"so\" $HOME `x` \\ *", "", "a=b,c");

  @Test
  void onlyWhatNeedsQuotesHasThem() {
    assertThat(ShellWords.line(WORDS.subList(0, 3)))
        .isEqualTo("--noise 'symmetric(0.2)' 'my images/ü'");
  }

  @Test
  void aShellReadsTheWordsBack() throws IOException {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")));
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", "printf '%s\\n' " + ShellWords.line(WORDS)).start();
    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(String.join("\n", WORDS) + "\n");
  }
}

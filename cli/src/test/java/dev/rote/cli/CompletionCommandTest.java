package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CompletionCommandTest {
  private static String script(String shell) {
    StringWriter out = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    assertThat(line.execute("completion", shell)).isZero();
    return out.toString();
  }

  /** Bash itself completes with the script. */
  @Test
  void bashCompletesCommandsAndOptions() throws IOException, InterruptedException {
    assumeThat(System.getProperty("os.name")).as("needs bash").startsWith("Linux");
    String driver =
        script("bash")
            + """

            complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _complete_rote; echo "${COMPREPLY[*]}"; }
            complete_words rote st
            complete_words rote study --epo
            """;
    Process bash = new ProcessBuilder("bash", "-s").redirectErrorStream(true).start();
    try (var in = bash.outputWriter(StandardCharsets.UTF_8)) {
      in.write(driver);
    }
    String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(printed).isZero();
    assertThat(printed).contains("study").contains("--epochs");
  }

  @Test
  void fishGetsALineForEveryCommandAndOption() {
    assertThat(script("fish"))
        .contains("complete -c rote -f -n __fish_use_subcommand -a study -d ")
        .contains("complete -c rote -n '__fish_seen_subcommand_from study' -l epochs -r -d ");
    assertThat(script("zsh")).startsWith("#compdef rote\n");
  }
}

package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A command line without the options of commands that the arguments do not name. */
class CommandLineTest {
  @Test
  void theListOfCommandsIsThatOfTheWholeCommandLine() {
    assertThat(Main.commandLine(List.of("--help")).getUsageMessage())
        .isEqualTo(Main.commandLine().getUsageMessage());
    assertThat(CommandResult.of("stduy").err()).contains("did you mean 'study'?");
  }

  @Test
  void aNamedCommandHasAllThatItHasInTheWholeCommandLine() {
    Main.commandLine()
        .getSubcommands()
        .forEach(
            (name, whole) -> {
              CommandLine named = Main.commandLine(List.of(name)).getSubcommands().get(name);
              assertThat(named.getUsageMessage()).isEqualTo(whole.getUsageMessage());
              assertThat(named.getSubcommands().keySet())
                  .isEqualTo(whole.getSubcommands().keySet());
              assertThat(CommandResult.of("help", name).out()).isEqualTo(whole.getUsageMessage());
            });
  }

  @Test
  void aFileOfArgumentsMayNameACommand(@TempDir Path temp) throws Exception {
    Path file = Files.writeString(temp.resolve("arguments"), "losses --json cce");
    assertThat(CommandResult.of("@" + file).out())
        .isEqualTo(CommandResult.of("losses", "--json", "cce").out())
        .isNotEmpty();
  }
}

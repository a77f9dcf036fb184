package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command line of rote that the documentation shows has options that exist. */
class DocCommandsTest {
  /** A code line of Markdown that starts rote, perhaps after variables or within {@code <( )}. */
  private static final Pattern COMMAND =
      Pattern.compile("^ {4,}(?:[A-Z_]+=\\S+ |source <\\()*(?:\\./|bin/)?rote( .*)?$");

  /** A word of a shell: quoted or not. */
  private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+");

  record Shown(Path file, int line, String command) {
    @Override
    public String toString() {
      return file.getFileName() + ":" + line + " " + command;
    }
  }

  static Stream<Shown> shown() throws IOException {
    List<Path> files =
        new ArrayList<>(List.of(Path.of("../README.md"), Path.of("../CONTRIBUTING.md")));
    try (Stream<Path> docs = Files.list(Path.of("../docs"))) {
      docs.filter(path -> path.toString().endsWith(".md")).sorted().forEach(files::add);
    }
    List<Shown> commands = new ArrayList<>();
    for (Path file : files) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (COMMAND.matcher(lines.get(i)).matches()) {
          StringBuilder command = new StringBuilder(lines.get(i).strip());
          int first = i + 1;
          while (command.charAt(command.length() - 1) == '\\') {
            command.setLength(command.length() - 1);
            command.append(lines.get(++i).strip());
          }
          commands.add(new Shown(file, first, command.toString()));
        }
      }
    }
    return commands.stream();
  }

  /** The arguments of rote: no comment, pipe, redirection or closing parenthesis. */
  static List<String> arguments(String command) {
    List<String> words = new ArrayList<>();
    boolean begun = false;
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      String text = word.group();
      if (text.matches("[|>&;#].*|2>.*")) {
        break;
      }
      if (begun && !text.equals("...")) {
        boolean inParentheses = text.endsWith(")") && !text.contains("(");
        words.add(
            (inParentheses ? text.substring(0, text.length() - 1) : text).replaceAll("['\"]", ""));
      }
      begun |= text.matches("(<\\()?(\\./|bin/)?rote");
    }
    return words;
  }

  @ParameterizedTest
  @MethodSource("shown")
  void parses(Shown shown) {
    assertThatCode(
            () -> Main.commandLine().parseArgs(arguments(shown.command()).toArray(String[]::new)))
        .doesNotThrowAnyException();
  }

  @Test
  void commandsAreFound() throws IOException {
    assertThat(shown().count()).isGreaterThan(30);
    assertThat(arguments("./rote study --loss 'rll(alpha=0.1)' --noise none  # a comment"))
        .containsExactly("study", "--loss", "rll(alpha=0.1)", "--noise", "none");
    assertThat(arguments("source <(./rote completion bash)")).containsExactly("completion", "bash");
    assertThat(arguments("./rote losses --json | python3 -m json.tool"))
        .containsExactly("losses", "--json");
  }
}

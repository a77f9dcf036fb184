package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  @TempDir Path temp;

  @Test
  void everyCheckHasALineAndDataThatAreMissingOrIncompleteHaveARemedy() throws IOException {
    Files.writeString(temp.resolve("train-images-idx3-ubyte"), "no images");
    CommandResult result = CommandResult.of("doctor", "--color", "never", "--data", temp);
    assertThat(result.code()).as(result.said()).isZero();
    assertThat(result.out().lines())
        .allMatch(line -> line.matches("(ok|warn)\\s+.*"))
        .anyMatch(
            line ->
                line.matches(
                    "ok\\s+Java .*" + Pattern.quote(System.getProperty("java.vm.version"))))
        .anyMatch(line -> line.matches("ok\\s+libtorch .*computes with up to .* threads.*"))
        .anyMatch(line -> line.matches("\\w+\\s+memory .*GiB free.*"))
        .anyMatch(line -> line.matches("\\w+\\s+native libraries .*GiB free.*"))
        .anyMatch(line -> line.startsWith("warn  mnist") && line.contains("mnist is incomplete"))
        .anyMatch(line -> line.matches("warn\\s+cifar10 .*rote data fetch cifar10.*"));
  }
}

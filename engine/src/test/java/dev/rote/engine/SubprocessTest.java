package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
class SubprocessTest {
  @Test
  void bothStreamsAndTheStatusAreReturned() throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", "echo out; echo err >&2; exit 3");
    assertThat(Subprocess.run(builder, Duration.ofSeconds(30)))
        .isEqualTo(new Subprocess(3, "out\nerr\n"));
  }

  @Test
  void aProcessThatHangsIsKilledAndNamed() {
    ProcessBuilder builder = new ProcessBuilder("sleep", "3600");
    assertThatThrownBy(() -> Subprocess.run(builder, Duration.ofMillis(300)))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("sleep did not end within 0 s");
  }
}

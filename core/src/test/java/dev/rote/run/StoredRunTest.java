package dev.rote.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.analysis.MadeUpStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredRunTest {
  @TempDir Path temp;

  @Test
  void runsThatHaveBegunAreListedWithoutReadingTheirEpochs() throws IOException {
    MadeUpStudy study = new MadeUpStudy(temp, "cifar10", 3);
    assertThat(StoredRun.begun(temp)).isEmpty();
    String finished = study.run("cce", "symmetric(0.4, exact)", 1, 0.9, 0.6);
    String unfinished = study.run("mse", "none", 1, 0.9, 0.9, 2, true);
    Files.createDirectory(temp.resolve("runs/not-begun"));
    Map<String, Boolean> expected = Map.of(finished, true, unfinished, false);
    assertThat(StoredRun.begun(temp)).isEqualTo(expected);

    Path epochs = temp.resolve("runs").resolve(finished).resolve("epochs.csv");
    byte[] damaged = Files.readAllBytes(epochs);
    damaged[damaged.length - 3] ^= 1;
    Files.write(epochs, damaged);
    assertThat(StoredRun.begun(temp)).isEqualTo(expected);
    assertThat(StoredRun.read(epochs.getParent()).orElseThrow().finished())
        .as("a look at the content notices more")
        .isFalse();
    Files.delete(epochs.resolveSibling("weights.safetensors"));
    assertThat(StoredRun.begun(temp)).isEqualTo(Map.of(finished, false, unfinished, false));
  }
}

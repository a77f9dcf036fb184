package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.net.Networks;
import dev.rote.run.StoredRun;
import dev.rote.study.StudyOptions;
import dev.rote.study.StudySpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DamagedRunTest {
  @TempDir Path temp;

  private List<String> run() throws Exception {
    Path yaml =
        Files.writeString(
            temp.resolve("study.yaml"),
            """
            {dataset: glyphs, subset: 200, test-subset: 50, network: mlp, noise: symmetric(0.4),
             loss: cce, epochs: 2}
            """);
    StudySpec spec =
        StudyOptions.none().overriddenBy(StudyOptions.read(yaml)).study(Networks::protocol);
    List<String> notices = new ArrayList<>();
    StudyResult result =
        Study.run(
            spec,
            temp.resolve("out"),
            new StudyListener() {
              @Override
              public void notice(String line) {
                notices.add(line);
              }
            });
    assertThat(result.missing()).isEmpty();
    return notices;
  }

  @Test
  void aDamagedFileIsNamedAndTheRunEndsWithTheSameBits() throws Exception {
    run();
    Path directory = StoredRun.readAll(temp.resolve("out")).get(0).directory();
    for (String name : List.of("weights.safetensors", "run.json", "predictions.npy")) {
      byte[] weights = Files.readAllBytes(directory.resolve("weights.safetensors"));
      byte[] predictions = Files.readAllBytes(directory.resolve("predictions.npy"));
      byte[] damaged = Files.readAllBytes(directory.resolve(name));
      damaged[damaged.length - 6] ^= 4;
      Files.write(directory.resolve(name), damaged);
      assertThat(run())
          .as(name)
          .anyMatch(
              line -> line.contains(name + " is damaged") && line.endsWith("the run begins anew"));
      assertThat(directory.resolve("weights.safetensors")).hasBinaryContent(weights);
      assertThat(directory.resolve("predictions.npy")).hasBinaryContent(predictions);
    }
    assertThat(run()).noneMatch(line -> line.contains("damaged"));
  }
}

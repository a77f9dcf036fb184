package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.net.Networks;
import dev.rote.run.StoredRun;
import dev.rote.study.Device;
import dev.rote.study.StudyOptions;
import dev.rote.study.StudySpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
             loss: cce, seed: [1, 2, 3], epochs: 2}
            """);
    StudySpec spec =
        StudyOptions.none().overriddenBy(StudyOptions.read(yaml)).study(Networks::protocol);
    List<String> notices = new ArrayList<>();
    Machine one = new Machine(Optional.of(Device.CPU), Optional.of(1), Optional.of(1));
    StudyListener listener =
        new StudyListener() {
          @Override
          public void notice(String line) {
            notices.add(line);
          }
        };
    StudyResult result = Study.plan(spec, temp.resolve("out"), one, listener).run(listener);
    assertThat(result.missing()).isEmpty();
    return notices;
  }

  @Test
  void damagedFilesAreNamedAndTheRunsEndWithTheSameBits() throws Exception {
    run();
    List<StoredRun> runs = StoredRun.readAll(temp.resolve("out"));
    // One file of each run.
    List<String> names = List.of("weights.safetensors", "run.json", "predictions.npy");
    Map<Path, byte[]> results = new HashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      Path directory = runs.get(i).directory();
      for (String result : List.of("weights.safetensors", "predictions.npy")) {
        Path file = directory.resolve(result);
        results.put(file, Files.readAllBytes(file));
      }
      byte[] damaged = Files.readAllBytes(directory.resolve(names.get(i)));
      damaged[damaged.length - 6] ^= 4;
      Files.write(directory.resolve(names.get(i)), damaged);
    }
    List<String> notices = run();
    for (int i = 0; i < runs.size(); i++) {
      String name = names.get(i);
      String id = runs.get(i).record().id();
      assertThat(notices)
          .anyMatch(
              line ->
                  line.contains(id + "/" + name + " is damaged")
                      && line.endsWith("the run begins anew"));
    }
    results.forEach((file, bytes) -> assertThat(file).hasBinaryContent(bytes));
    assertThat(run()).noneMatch(line -> line.contains("damaged"));
  }
}

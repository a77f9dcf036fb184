package dev.rote.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.engine.Allocation;
import dev.rote.engine.LocalLauncher;
import dev.rote.engine.QuietListener;
import dev.rote.engine.StudyPlan;
import dev.rote.net.Networks;
import dev.rote.run.RiskPoint;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.StudyOptions;
import dev.rote.study.StudySpec;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On networks that were trained for a few epochs. */
class StudyTheoryTest {
  private static final StudyTheory.Listener SILENT = (number, networks, run, epoch) -> {};

  @TempDir static Path shared;
  @TempDir Path temp;

  @BeforeAll
  static void train() throws Exception {
    torch.set_num_threads(1);
    Path file =
        Files.writeString(
            shared.resolve("study.yaml"),
            """
            dataset: glyphs
            subset: 500
            test-subset: 50
            network: small-cnn
            loss: [cce, rll]
            noise: [none, symmetric(0.4), uniform(0.2), pair(0.3)]
            learning-rate: 0.002
            epochs: 3
            keep-weights: 2
            """);
    StudySpec spec = StudyOptions.read(file).study(Networks::protocol);
    StudyPlan plan = StudyPlan.of(spec, study());
    try (StudyDirectory directory = StudyDirectory.open(study(), plan.identity(), 0)) {
      new LocalLauncher(study(), new Allocation(Device.CPU, 1, 1))
          .train(plan.runs(), new QuietListener());
    }
  }

  private static Path study() {
    return shared.resolve("study");
  }

  private static StudyTheory theory(Path out, String... losses) throws IOException {
    return StudyTheory.of(
        out,
        new StudyTheory.Options(
            Stream.of(losses).map(LossSpec::parse).toList(), List.of(0.8), Optional.empty()),
        SILENT);
  }

  @Test
  void theTheoremHoldsForSymmetricLossesOnTrainedNetworksAndForNoOther() throws IOException {
    StudyTheory theory = theory(study(), "mse", "mae", "normalized(mse)");
    assertThat(theory.verdicts()).hasSize(5);
    for (LossVerdict verdict : theory.verdicts()) {
      boolean symmetric = !List.of("cce", "mse").contains(verdict.check().loss().toString());
      assertThat(verdict.check().symmetric()).isEqualTo(symmetric);
      assertThat(verdict.holds()).as(verdict.check().loss().toString()).isEqualTo(symmetric);
      // 8 runs at 2 epochs, at 0.18 (uniform), 0.4 and 0.8
      assertThat(verdict.points()).isEqualTo(8 * 2 * 3);
      assertThat(verdict.orders()).extracting(LossVerdict.Order::networks).containsOnly(16);
      assertThat(verdict.orders())
          .extracting(LossVerdict.Order::rate)
          .satisfiesExactly(
              rate -> assertThat(rate).isCloseTo(0.18, within(1e-15)),
              rate -> assertThat(rate).isEqualTo(0.4),
              rate -> assertThat(rate).isEqualTo(0.8));
      if (symmetric) {
        assertThat(verdict.deviation()).isLessThanOrEqualTo(1e-9);
        assertThat(verdict.orders()).allMatch(LossVerdict.Order::kept);
      }
    }
    for (RiskPoint point : theory.own()) {
      if (Double.isNaN(point.noiseRate())) {
        assertThat(point.run()).contains("pair");
        assertThat(point.predicted()).isNaN();
        assertThat(point.noisyRisk()).isNotCloseTo(point.risk(), within(1e-6));
      } else if (point.symmetric()) {
        assertThat(Math.abs(point.deviation())).as("%s", point).isLessThanOrEqualTo(1e-9);
        assertThat(point.noisyRisk()).isNotCloseTo(point.risk(), within(1e-6));
      } else {
        assertThat(Math.abs(point.deviation())).as("%s", point).isGreaterThan(1e-6);
      }
    }
    assertThat(theory.own()).hasSize(8 * 2 * 5);
    assertThat(theory.own()).extracting(RiskPoint::epoch).containsOnly(2, 3);
    assertThat(theory.notices())
        .hasSize(2)
        .allMatch(
            line -> line.contains("the theorem does not apply") && line.contains("pair(0.3)"));
  }

  /** What the trainer measured at these epochs on clean labels, in float32, is the risk. */
  @Test
  void theNetworksAreThoseThatWereTrained() throws IOException {
    StudyTheory theory = theory(study());
    int compared = 0;
    for (StoredRun run : StoredRun.readAll(study())) {
      if (run.record().spec().noise().toString().equals("none")) {
        for (RiskPoint point : theory.own()) {
          if (point.run().equals(run.record().id())
              && point.loss().equals(run.record().spec().loss().toString())) {
            double measured = run.epochs().get(point.epoch() - 1).loss();
            assertThat(point.risk()).isCloseTo(measured, within(1e-5 * measured));
            compared++;
          }
        }
      }
    }
    assertThat(compared).isEqualTo(4);
  }

  /** The line of the best C: deviations at one rate average to nothing. */
  @Test
  void theLineOfOtherLossesIsTheNearest() throws IOException {
    double sum =
        theory(study()).rates().stream()
            .filter(point -> point.loss().equals("cce") && point.noiseRate() == 0.4)
            .mapToDouble(RiskPoint::deviation)
            .sum();
    assertThat(sum).isCloseTo(0, within(1e-9));
  }

  private static void edit(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }

  private Path copy() throws IOException {
    Path copy = temp.resolve("copy");
    try (Stream<Path> files = Files.walk(study())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(study().relativize(file)));
      }
    }
    return copy;
  }

  @Test
  void runsWhoseImagesAreGoneOrOthersAreNamedAndLeftOut() throws IOException {
    Path copy = copy();
    List<StoredRun> runs = StoredRun.readAll(copy);
    edit(
        runs.get(0).directory().resolve("run.json"),
        "\"dataset\" : \"glyphs\",\n      \"path\" : null",
        "\"dataset\" : \"mnist\",\n      \"path\" : \"/no/such/place\"");
    edit(runs.get(1).directory().resolve("run.json"), "\"data_seed\" : 0", "\"data_seed\" : 1");
    edit(
        runs.get(1).directory().resolve("run.json"),
        "\"loss\" : \"cce\"",
        "\"loss\" : \"com.example.Gone\"");
    Path weights = runs.get(2).directory().resolve("weights.safetensors");
    Files.write(weights, java.util.Arrays.copyOf(Files.readAllBytes(weights), 1000));
    Files.delete(runs.get(3).directory().resolve("weights.safetensors"));
    Files.delete(runs.get(3).directory().resolve("weights-2.safetensors"));
    StudyTheory theory = theory(copy);
    assertThat(theory.notices())
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith(runs.get(0).record().id() + " is left out: ")
                    .contains("/no/such/place"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith(runs.get(1).record().id())
                    .contains("not those that it was trained on"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("the loss of " + runs.get(1).record().id())
                    .contains("com.example.Gone"))
        .anySatisfy(line -> assertThat(line).startsWith(runs.get(2).record().id()))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith(runs.get(3).record().id())
                    .contains("it has no weights"));
    assertThat(theory.own())
        .extracting(RiskPoint::run)
        .doesNotContain(
            runs.get(0).record().id(), runs.get(1).record().id(), runs.get(3).record().id())
        .contains(runs.get(4).record().id());
  }

  @Test
  void aStudyWithoutANetworkIsRefused() throws IOException {
    assertThatThrownBy(() -> theory(temp))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds no runs");
    Path copy = copy();
    for (StoredRun run : StoredRun.readAll(copy)) {
      edit(run.directory().resolve("run.json"), "\"data_seed\" : 0", "\"data_seed\" : 1");
    }
    assertThatThrownBy(() -> theory(copy))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no network of")
        .hasMessageContaining("not those that it was trained on");
  }
}

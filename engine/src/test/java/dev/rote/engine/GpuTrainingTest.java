package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.format.SafeTensors;
import dev.rote.format.TensorData;
import dev.rote.net.Networks;
import dev.rote.run.EpochRecord;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Device;
import dev.rote.study.StudyOptions;
import dev.rote.study.StudySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Training on a GPU, in workers as a study has them. Skipped where no GPU can be used, with the
 * reason.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class GpuTrainingTest {
  private static final String RESULTS = "predictions.npy";
  private static final String WEIGHTS = "weights.safetensors";

  @TempDir Path temp;

  private static Optional<String> obstacle;

  @BeforeAll
  static void look() throws InterruptedException {
    obstacle = GpuState.ofThisMachine().obstacle();
  }

  @BeforeEach
  void onlyWithGpu() {
    obstacle.ifPresent(reason -> Assumptions.abort("not tested on a GPU: " + reason));
  }

  /** What became of the runs, and a kill of all workers in the midst of an epoch where told. */
  private static final class Notes extends QuietListener {
    final List<String> failures = new ArrayList<>();
    private int killAt;

    Notes(int killAt) {
      this.killAt = killAt;
    }

    @Override
    public void progress(PlannedRun run, int epoch, double fraction) {
      if (epoch == killAt) {
        killAt = 0;
        ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
      }
    }

    @Override
    public void failed(PlannedRun run, String reason, boolean refused) {
      failures.add(reason);
    }
  }

  private StudySpec study(String more) throws IOException {
    return study(more, "sgd", "0.9");
  }

  private StudySpec study(String more, String optimizer, String momentum) throws IOException {
    Path file = Files.createTempFile(temp, "study", ".yaml");
    Files.writeString(
        file,
        "{dataset: glyphs, noise: symmetric(0.4), schedule: constant, optimizer: %s, momentum: %s, %s}"
            .formatted(optimizer, momentum, more));
    return StudyOptions.none().overriddenBy(StudyOptions.read(file)).study(Networks::protocol);
  }

  private static Notes train(StudySpec spec, Path out, Device device, int workers, int killAt)
      throws Exception {
    Notes notes = new Notes(killAt);
    StudyPlan plan = StudyPlan.of(spec, out);
    try (StudyDirectory directory =
        StudyDirectory.open(out, plan.identity(), plan.bytesToWrite())) {
      new LocalLauncher(out, new Allocation(device, workers, 1)).train(plan.runs(), notes);
      directory.summarize();
    }
    return notes;
  }

  private static List<StoredRun> trained(StudySpec spec, Path out, Device device) throws Exception {
    assertThat(train(spec, out, device, 1, 0).failures).isEmpty();
    return StoredRun.readAll(out);
  }

  private static void assertSameFile(StoredRun one, StoredRun other, String name) {
    assertThat(one.directory().resolve(name))
        .hasSameBinaryContentAs(other.directory().resolve(name));
  }

  private static void assertSameBits(Path one, Path other) throws IOException {
    List<StoredRun> left = StoredRun.readAll(one);
    List<StoredRun> right = StoredRun.readAll(other);
    assertThat(left).isNotEmpty().hasSameSizeAs(right).allMatch(StoredRun::finished);
    for (int i = 0; i < left.size(); i++) {
      assertThat(left.get(i).epochs())
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds", "extra")
          .isEqualTo(right.get(i).epochs());
      assertSameFile(left.get(i), right.get(i), RESULTS);
      assertSameFile(left.get(i), right.get(i), WEIGHTS);
    }
  }

  private static Map<String, TensorData> weights(StoredRun run) throws IOException {
    return SafeTensors.read(run.directory().resolve(WEIGHTS)).tensors();
  }

  /** Euclidean distance of all weights, over their length. */
  private static double distance(StoredRun one, StoredRun other) throws IOException {
    Map<String, TensorData> left = weights(one);
    Map<String, TensorData> right = weights(other);
    assertThat(left.keySet()).isEqualTo(right.keySet());
    double apart = 0;
    double length = 0;
    for (String name : left.keySet()) {
      float[] a = left.get(name).toFloats();
      float[] b = right.get(name).toFloats();
      apart += IntStream.range(0, a.length).mapToDouble(i -> (a[i] - b[i]) * (a[i] - b[i])).sum();
      length += IntStream.range(0, b.length).mapToDouble(i -> b[i] * b[i]).sum();
    }
    return Math.sqrt(apart / length);
  }

  /** With a learning rate of nothing the weights stay the initial ones, to the bit. */
  @ParameterizedTest
  @CsvSource({"resnet32", "mlp"})
  void noiseAndInitialWeightsAreThoseOfTheCpu(String network) throws Exception {
    StudySpec still = study("subset: 256, epochs: 1, learning-rate: 1.0e-30, network: " + network);
    StoredRun here = trained(still, temp.resolve("cpu"), Device.CPU).get(0);
    StoredRun there = trained(still, temp.resolve("gpu"), Device.CUDA).get(0);
    assertThat(there.record().execution().device()).isEqualTo(Device.CUDA);
    assertThat(there.record().id()).isEqualTo(here.record().id());
    assertSameFile(there, here, "original.npy");
    assertSameFile(there, here, "observed.npy");
    Map<String, TensorData> ofHere = weights(here);
    Map<String, TensorData> ofThere = weights(there);
    ofHere.forEach(
        (name, tensor) -> {
          if (!name.contains("running")) {
            assertThat(ofThere.get(name).toFloats()).as(name).isEqualTo(tensor.toFloats());
          }
        });
  }

  /** A few steps lead to the same weights only if each had the same batch, varied alike. */
  @ParameterizedTest
  @CsvSource({"mlp, 1e-4", "small-cnn, 1e-3", "resnet32, 2e-2"})
  void stepsAreThoseOfTheCpu(String network, double tolerance) throws Exception {
    StudySpec few =
        study(
            "subset: 512, epochs: 2, batch-size: 64, learning-rate: 0.01,"
                + " augmentation: flip+crop(2), network: "
                + network);
    StoredRun here = trained(few, temp.resolve("cpu"), Device.CPU).get(0);
    StoredRun there = trained(few, temp.resolve("gpu"), Device.CUDA).get(0);
    assertThat(distance(there, here)).isLessThan(tolerance);
    for (int epoch = 0; epoch < 2; epoch++) {
      EpochRecord expected = here.epochs().get(epoch);
      EpochRecord found = there.epochs().get(epoch);
      assertThat(found.running().loss())
          .isCloseTo(expected.running().loss(), within(10 * tolerance * expected.running().loss()));
      assertThat(found.loss()).isCloseTo(expected.loss(), within(10 * tolerance * expected.loss()));
      assertThat(found.memorization().j1()).isCloseTo(expected.memorization().j1(), within(0.05));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resnet32, float32",
    "resnet32, tf32",
    "resnet32, bf16",
    "resnet18, bf16",
    "resnet9, bf16",
    "inception-lite, float32",
    "inception-lite, bf16",
    "cnn8, tf32",
    "cnn4, float32",
    "small-cnn, bf16",
    "mlp, tf32"
  })
  void everyNetworkLearnsInEachPrecision(String network, String precision) throws Exception {
    StudySpec spec =
        study(
            "subset: 2000, test-subset: 200, noise: none, epochs: 6, learning-rate: 0.02, network: "
                + network
                + ", precision: "
                + precision);
    StoredRun run = trained(spec, temp.resolve("gpu"), Device.CUDA).get(0);
    assertThat(run.epochs()).hasSize(6);
    assertThat(run.epochs().get(5).loss()).isLessThan(0.7 * run.epochs().get(0).running().loss());
  }

  @ParameterizedTest
  @CsvSource({
    "resnet32, float32, cce",
    "resnet32, bf16, rll(alpha=0.1)",
    "resnet18, bf16, normalized(mse)",
    "cnn8, float32, mse"
  })
  void equalSeedsGiveEqualBits(String network, String precision, String loss) throws Exception {
    StudySpec spec =
        study(
            "subset: 2000, test-subset: 200, epochs: 3, learning-rate: 0.02,"
                + " augmentation: flip+crop(2), network: %s, precision: %s, loss: '%s'"
                    .formatted(network, precision, loss));
    trained(spec, temp.resolve("one"), Device.CUDA);
    trained(spec, temp.resolve("two"), Device.CUDA);
    assertSameBits(temp.resolve("one"), temp.resolve("two"));
  }

  @ParameterizedTest
  @CsvSource({
    "resnet32, float32, sgd, 0.9",
    "resnet18, bf16, adam, 0",
    "inception-lite, bf16, sgd, 0.9",
    "cnn8, tf32, adam, 0"
  })
  void stepsToldAsAGraphGiveTheBitsOfStepsToldOneByOne(
      String network, String precision, String optimizer, String momentum) throws Exception {
    StudySpec spec =
        study(
            "subset: 2000, test-subset: 200, epochs: 3, learning-rate: 0.001, clip: 5,"
                + " augmentation: flip+crop(2), network: %s, precision: %s"
                    .formatted(network, precision),
            optimizer,
            momentum);
    trained(spec, temp.resolve("graph"), Device.CUDA);
    System.setProperty("rote.cuda.graphs", "false");
    try {
      trained(spec, temp.resolve("one-by-one"), Device.CUDA);
    } finally {
      System.clearProperty("rote.cuda.graphs");
    }
    assertSameBits(temp.resolve("graph"), temp.resolve("one-by-one"));
  }

  @Test
  void aKilledWorkerCostsAnEpochAndChangesNoBit() throws Exception {
    StudySpec spec =
        study("subset: 3000, test-subset: 200, epochs: 4, learning-rate: 0.02, network: resnet32");
    trained(spec, temp.resolve("whole"), Device.CUDA);
    assertThat(train(spec, temp.resolve("killed"), Device.CUDA, 1, 3).failures).isEmpty();
    assertSameBits(temp.resolve("whole"), temp.resolve("killed"));
  }

  @Test
  void severalRunsAtOnceHaveTheBitsOfOneAfterAnother() throws Exception {
    StudySpec spec =
        study(
            "subset: 2000, test-subset: 200, epochs: 3, learning-rate: 0.02, network: resnet32,"
                + " loss: [cce, mse, mae, 'rll(alpha=0.1)']");
    trained(spec, temp.resolve("alone"), Device.CUDA);
    assertThat(train(spec, temp.resolve("together"), Device.CUDA, 4, 0).failures).isEmpty();
    assertSameBits(temp.resolve("alone"), temp.resolve("together"));
  }

  /** 60,000 images at once want 18 GB for the first layer's output, and some 200 GB in all. */
  @Test
  void aRunThatFillsTheMemoryFailsWithTheRemedy() throws Exception {
    StudySpec spec =
        study(
            "subset: 60000, test-subset: 100, epochs: 1, batch-size: 60000, learning-rate: 0.01,"
                + " network: inception-lite");
    assertThat(train(spec, temp.resolve("large"), Device.CUDA, 1, 0).failures)
        .hasSize(1)
        .allMatch(reason -> reason.startsWith("the GPU's memory is full: "))
        .allMatch(reason -> reason.contains("--batch-size"));
  }

  @Test
  void aRunStaysOnTheDeviceThatItWasBegunOn() throws Exception {
    StudySpec spec =
        study("subset: 2000, test-subset: 200, epochs: 40, learning-rate: 0.02, network: mlp");
    Notes stopped = new Notes(0);
    StudyPlan plan = StudyPlan.of(spec, temp.resolve("out"));
    LocalLauncher launcher =
        new LocalLauncher(temp.resolve("out"), new Allocation(Device.CUDA, 1, 1));
    Thread training = new Thread(() -> trainQuietly(launcher, plan, stopped));
    training.start();
    while (training.isAlive()
        && StoredRun.readAll(temp.resolve("out")).stream().allMatch(r -> r.epochs().isEmpty())) {
      Thread.sleep(20);
    }
    launcher.close();
    training.join();
    assertThat(train(spec, temp.resolve("out"), Device.CPU, 1, 0).failures)
        .hasSize(1)
        .allMatch(reason -> reason.contains("was begun with --device cuda"));
  }

  private static void trainQuietly(LocalLauncher launcher, StudyPlan plan, StudyListener listener) {
    try {
      launcher.train(plan.runs(), listener);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void theTrialFindsOutSpeedAndMemoryOfSeveralRunsAtOnce() throws Exception {
    StudySpec spec =
        study(
            "subset: 2000, test-subset: 200, epochs: 40000, learning-rate: 0.02, network: resnet32,"
                + " loss: [cce, mse]");
    StudyPlan plan = StudyPlan.of(spec, temp.resolve("out"));
    SpeedMeter meter = new SpeedMeter(temp.resolve("speeds.json"), 2, notice -> {});
    Speed speed = meter.choose(plan, Device.CUDA, Machine.AUTOMATIC).speed().orElseThrow();
    assertThat(speed.allocation().device()).isEqualTo(Device.CUDA);
    assertThat(speed.trainingSeconds()).isPositive();
    assertThat(speed.measuringSeconds()).isPositive().isLessThan(speed.trainingSeconds());
    assertThat(speed.gpuBytes()).isPositive();
  }
}

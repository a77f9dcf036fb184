package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.loss.LossKind;
import dev.rote.loss.Losses;
import dev.rote.net.Networks;
import dev.rote.noise.LabelNoise;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.study.Protocol;
import dev.rote.study.StudyOptions;
import dev.rote.study.StudySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the host does for a GPU, on libraries of CUDA that compute nothing ({@code
 * src/test/nullgpu}): that steps can be captured, that nothing waits for the GPU inside an epoch,
 * that runs share images and make room for each other. Skipped without them; docs/gpu.md has the
 * command.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class NullGpuTest {
  private static final String LOG = System.getenv("NULLGPU_LOG");
  private static final Pattern CAPTURED =
      Pattern.compile("captured (\\d+) kernels and \\d+ copies on stream (\\d+)\t.*");

  @TempDir Path temp;

  @BeforeEach
  void onlyWithIt() throws IOException {
    Assumptions.assumeTrue(LOG != null, "not tested: NULLGPU_LOG is not set (docs/gpu.md)");
    removeLogs();
  }

  @AfterEach
  void removeLogs() throws IOException {
    if (LOG != null) {
      Files.deleteIfExists(Path.of(LOG + ".bytes"));
      for (Path log : logs()) {
        Files.delete(log);
      }
    }
  }

  private static List<Path> logs() throws IOException {
    Path prefix = Path.of(LOG).toAbsolutePath();
    try (Stream<Path> files = Files.list(prefix.getParent())) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix.getFileName() + "."))
          .filter(file -> !file.toString().endsWith(".bytes"))
          .sorted(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .toList();
    }
  }

  private static List<String> said() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path log : logs()) {
      lines.addAll(Files.readAllLines(log));
    }
    return lines;
  }

  private static class Notes extends QuietListener {
    final List<String> troubles = new ArrayList<>();

    @Override
    public void retrying(PlannedRun run, String reason) {
      troubles.add(reason);
    }

    @Override
    public void failed(PlannedRun run, String reason, boolean refused) {
      troubles.add("failed: " + reason);
    }
  }

  private Path train(String yaml, int atOnce, Notes notes) throws Exception {
    Path file = Files.createTempFile(temp, "study", ".yaml");
    Files.writeString(
        file,
        "{dataset: glyphs, noise: symmetric(0.4), schedule: constant, learning-rate: 0.02, "
            + yaml
            + "}");
    StudySpec spec =
        StudyOptions.none().overriddenBy(StudyOptions.read(file)).study(Networks::protocol);
    Path out = Files.createTempDirectory(temp, "out");
    StudyPlan plan = StudyPlan.of(spec, out);
    try (StudyDirectory directory =
        StudyDirectory.open(out, plan.identity(), plan.bytesToWrite())) {
      new LocalLauncher(out, new Allocation(Device.CUDA, atOnce, 1)).train(plan.runs(), notes);
    }
    return out;
  }

  private Path train(String yaml, int atOnce) throws Exception {
    Notes notes = new Notes();
    Path out = train(yaml, atOnce, notes);
    assertThat(notes.troubles).isEmpty();
    assertThat(StoredRun.readAll(out)).isNotEmpty().allMatch(StoredRun::finished);
    return out;
  }

  private static List<Integer> capturedKernels() throws IOException {
    return said().stream()
        .map(CAPTURED::matcher)
        .filter(Matcher::matches)
        .map(line -> Integer.valueOf(line.group(1)))
        .toList();
  }

  private static void assertNothingForbidden() throws IOException {
    assertThat(said()).noneMatch(line -> line.startsWith("VIOLATION"));
  }

  private static void assertNothingSpelledOut(Path out) throws IOException {
    for (StoredRun run : StoredRun.readAll(out)) {
      Path log = run.directory().getParent().getParent().resolve("worker-1.log");
      if (Files.exists(log)) {
        assertThat(Files.readString(log)).doesNotContain("one by one");
      }
    }
  }

  static List<String> networks() {
    return Networks.names();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theStepsOfEveryNetworkAreCaptured(String network) throws Exception {
    Path out =
        train(
            "subset: 1000, test-subset: 300, epochs: 2, optimizer: adam, clip: 5,"
                + " augmentation: flip+crop(2), loss: cce, network: "
                + network,
            1);
    assertNothingForbidden();
    assertNothingSpelledOut(out);
    assertThat(capturedKernels()).as("a step, weights at rest, a batch of them").hasSize(3);
  }

  @Test
  void theStepsOfEveryLossAreCaptured() throws Exception {
    String losses =
        Losses.kinds().stream()
            .map(LossKind::example)
            .map(text -> "'" + text + "'")
            .collect(Collectors.joining(", ", "[", "]"));
    Path out = train("subset: 1000, test-subset: 100, epochs: 2, network: mlp, loss: " + losses, 4);
    assertNothingForbidden();
    assertNothingSpelledOut(out);
    assertThat(capturedKernels()).hasSize(3 * Losses.kinds().size());
  }

  @Test
  void theStepsOfFoldsAreCaptured() throws Exception {
    DataSpec data =
        DataSpec.of("glyphs", Optional.empty()).withSubset(Optional.of(1000), Optional.of(100));
    Protocol protocol = Protocol.of(new Sgd(0.1, 0, 0), 2);
    CrossValidation folds =
        new CrossValidation(
            data,
            LabelNoise.parse("none"),
            new NetworkName("small-cnn"),
            LossSpec.CCE,
            protocol,
            new CrossValidation.Scheme(3, 1, true),
            1,
            1);
    List<PlannedRun> runs = new ArrayList<>();
    for (CrossValidation.Network network : folds.networks(DataSets.load(data), temp)) {
      runs.addAll(network.plan().runs());
    }
    Notes notes = new Notes();
    new LocalLauncher(temp, new Allocation(Device.CUDA, 2, 1)).train(runs, notes);
    assertThat(notes.troubles).isEmpty();
    assertNothingForbidden();
    assertThat(capturedKernels()).as("steps of four, evaluations of the one on all").hasSize(6);
  }

  /** 40 steps an epoch or 10: the copies to the host, and what waits, are as many. */
  @Test
  void nothingWaitsForTheGpuInsideAnEpoch() throws Exception {
    String study = "test-subset: 100, epochs: 3, loss: cce, network: resnet32, subset: ";
    train(study + 1280, 1);
    List<String> few = said();
    removeLogs();
    train(study + 5120, 1);
    List<String> many = said();
    // The first three steps and the first evaluation are told call by call.
    assertThat(count(few, "graphs")).isEqualTo(30 - 3 + 2 * (1 + 2));
    assertThat(count(many, "graphs")).isEqualTo(120 - 3 + 2 * (1 + 10));
    assertThat(count(many, "to_host")).isEqualTo(count(few, "to_host"));
    assertThat(count(many, "to_device")).isEqualTo(count(few, "to_device"));
    assertThat(count(many, "waits")).isEqualTo(count(few, "waits"));
  }

  private static long count(List<String> lines, String what) {
    Matcher matcher = Pattern.compile(" ?" + what + "=(\\d+)").matcher(lines.get(lines.size() - 1));
    assertThat(matcher.find()).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  @Test
  void runsAtOnceShareAProcessAndItsImagesAndHaveStreamsOfTheirOwn() throws Exception {
    train(
        "subset: 2000, test-subset: 300, epochs: 8, network: resnet32,"
            + " loss: [cce, mse, mae, 'rll(alpha=0.1)']",
        4);
    assertNothingForbidden();
    assertThat(logs()).as("one process").hasSize(1);
    long bytes = 2000L * 28 * 28;
    assertThat(said())
        .filteredOn(line -> line.startsWith(bytes + " bytes from the host"))
        .as("copies of the training images")
        .hasSize(1);
    assertThat(said())
        .map(CAPTURED::matcher)
        .filteredOn(Matcher::matches)
        .extracting(line -> line.group(2))
        .hasSize(3 * 4)
        .satisfies(streams -> assertThat(new HashSet<>(streams)).hasSize(4));
  }

  /** A run of these takes some 500 MiB. */
  @Test
  void whereMemoryIsFullFewerRunsGoOnAtOnce() throws Exception {
    Files.writeString(Path.of(LOG + ".bytes"), "2000000000");
    Notes notes = new Notes();
    Path out =
        train(
            "subset: 2000, test-subset: 300, epochs: 6, network: resnet32, loss: [cce, mse],"
                + " seed: [1, 2, 3, 4]",
            8,
            notes);
    assertNothingForbidden();
    assertThat(notes.troubles)
        .isNotEmpty()
        .containsOnly("the GPU's memory is full: continuing with fewer runs at once");
    assertThat(StoredRun.readAll(out)).hasSize(8).allMatch(StoredRun::finished);
  }
}

package dev.rote.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.DataSpec;
import dev.rote.data.ImageShape;
import dev.rote.format.TensorData;
import dev.rote.memorization.Memorization;
import dev.rote.noise.LabelNoise;
import dev.rote.noise.NoiseDraw;
import dev.rote.study.Augmentation;
import dev.rote.study.Decay;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.study.Protocol;
import dev.rote.study.RunSpec;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunDirectoryTest {
  private static final int[] ORIGINAL = {0, 1, 2, 0};
  private static final NoiseDraw NOISE =
      new NoiseDraw(
          new int[] {0, 1, 2, 1}, 0.25, new double[][] {{.5, .5, 0}, {0, 1, 0}, {0, 0, 1}});

  @TempDir Path temp;
  private Path directory;

  @BeforeEach
  void nameTheDirectory() {
    directory = temp.resolve(record("cce", 1, 1).id());
  }

  static RunRecord record(String loss, long seed, int epochs) {
    Protocol protocol = Protocol.of(new Sgd(0.1, 0.9, 0), epochs).withBatchSize(2);
    DataSpec data =
        DataSpec.of("glyphs", Optional.empty()).withSubset(Optional.of(4), Optional.empty());
    return new RunRecord(
        RunRecord.FORMAT,
        "id-" + loss + seed,
        new RunSpec(
            data,
            LabelNoise.parse("symmetric(0.25)"),
            new NetworkName("mlp"),
            LossSpec.parse(loss),
            protocol,
            seed),
        new RunRecord.Data("digest", 4, 0, ImageShape.square(1, 28), List.of("a", "b", "c")),
        new RunRecord.Noise("symmetric(0.25)", NOISE.realizedRate(), NOISE.realizedMatrix()),
        new RunRecord.Execution(Device.CPU, 1),
        10,
        RunRecord.Provenance.here());
  }

  private static EpochRecord epoch(int e) {
    return new EpochRecord(
        e,
        1.0 / e,
        new Memorization(0.5, 0.75, Double.NaN, 1, 0),
        Double.NaN,
        new EpochRecord.Running(2.0 / e, 0.25, 0.5),
        0.1,
        e,
        EpochRecord.Extra.NONE);
  }

  private static Map<String, TensorData> state(float value) {
    return Map.of("w", TensorData.of(new float[] {value, -value}, 2));
  }

  private RunDirectory begin(int epochs) throws IOException {
    return begin(epochs, 0);
  }

  private RunDirectory begin(int epochs, int keepWeights) throws IOException {
    RunDirectory run = RunDirectory.open(directory, record("cce", 1, epochs), keepWeights);
    run.begin(run.record(), new long[] {5, 6, 7, 8}, ORIGINAL, NOISE);
    return run;
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    try (RunDirectory run = begin(2)) {
      run.epoch(epoch(1), new int[] {0, 0, 0, 0}, state(1));
      run.epoch(epoch(2), new int[] {0, 1, 2, 1}, state(2));
      run.finished(state(2));
    }
    StoredRun stored = StoredRun.read(directory).orElseThrow();
    assertThat(stored.finished()).isTrue();
    assertThat(stored.record())
        .usingRecursiveComparison()
        .ignoringFields("provenance.started") // a second may pass between the two
        .isEqualTo(record("cce", 1, 2).with(10, "", ""));
    assertThat(stored.epochs()).containsExactly(epoch(1), epoch(2));
    assertThat(stored.observed()).containsExactly(NOISE.observed());
    assertThat(stored.original()).containsExactly(ORIGINAL);
    assertThat(stored.predictions(2)).containsExactly(0, 1, 2, 1);
    assertThat(stored.damage()).isEmpty();
    // At a constant rate the run can be lengthened from its last checkpoint.
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.startsWith("checkpoint"))
          .containsExactly("checkpoint-2.safetensors");
    }
  }

  @Test
  void whatLiesBehindTheCheckpointIsCutOff() throws IOException {

    byte[] epochs;
    byte[] predictions;
    try (RunDirectory run = begin(3)) {
      run.epoch(epoch(1), new int[] {1, 1, 1, 1}, state(1));
      epochs = Files.readAllBytes(directory.resolve(RunDirectory.EPOCHS));
      predictions = Files.readAllBytes(directory.resolve(RunDirectory.PREDICTIONS));
      byte[] state = Files.readAllBytes(directory.resolve(SavedState.FILE));
      run.epoch(epoch(2), new int[] {2, 2, 2, 2}, state(2));
      // as if killed in the second epoch, after its checkpoint and before its state
      Files.write(directory.resolve(SavedState.FILE), state);
      Files.writeString(directory.resolve(RunDirectory.EPOCHS), "3,0.1", StandardOpenOption.APPEND);
    }
    try (RunDirectory again = begin(3)) {
      assertThat(again.epochsDone()).isEqualTo(1);
      assertThat(again.checkpoint().orElseThrow().get("w").toFloats()).containsExactly(1, -1);
      assertThat(directory.resolve(RunDirectory.EPOCHS)).hasBinaryContent(epochs);
      assertThat(directory.resolve(RunDirectory.PREDICTIONS)).hasBinaryContent(predictions);
    }
  }

  @Test
  void weightsOfEverySecondEpochAreKeptWithoutTheOptimizersState() throws IOException {

    Map<String, TensorData> second =
        Map.of(
            "w", TensorData.of(new float[] {2, -2}, 2),
            "optimizer.w", TensorData.of(new float[] {9}, 1));
    try (RunDirectory run = begin(5, 2)) {
      run.epoch(epoch(1), ORIGINAL, state(1));
      run.epoch(epoch(2), ORIGINAL, second);
      run.epoch(epoch(3), ORIGINAL, state(3));
      byte[] state = Files.readAllBytes(directory.resolve(SavedState.FILE));
      assertThat(StoredRun.read(directory).orElseThrow().weights())
          .as("what was kept, and the checkpoint")
          .extracting(StoredWeights::epoch)
          .containsExactly(2, 3);
      run.epoch(epoch(4), ORIGINAL, state(4));
      // as if killed in the fourth epoch, before its state was saved
      Files.write(directory.resolve(SavedState.FILE), state);
    }
    assertThat(directory.resolve("weights-4.safetensors")).exists();
    try (RunDirectory again = begin(5, 2)) {
      assertThat(directory.resolve("weights-4.safetensors"))
          .as("lies behind the checkpoint")
          .doesNotExist();
      for (int e = 4; e <= 5; e++) {
        again.epoch(epoch(e), ORIGINAL, state(e));
      }
      again.finished(state(5));
    }
    StoredRun stored = StoredRun.read(directory).orElseThrow();
    assertThat(stored.weights()).extracting(StoredWeights::epoch).containsExactly(2, 4, 5);
    Map<String, TensorData> read = stored.weights().get(0).read();
    assertThat(read).containsOnlyKeys("w");
    assertThat(read.get("w").toFloats()).containsExactly(2, -2);
    assertThat(stored.weights().get(2).read().get("w").toFloats()).containsExactly(5, -5);
  }

  @Test
  void theNetworkMayBeDeletedAndIsNeverThatOfAnEarlierEpoch() throws IOException {
    Path network = directory.resolve("network.onnx");
    try (RunDirectory run = begin(2)) {
      run.epoch(epoch(1), ORIGINAL, state(1));
      run.network(out -> out.write(1)); // as if killed before the end
    }
    assertThat(network).exists();
    try (RunDirectory again = begin(2)) {
      assertThat(network).doesNotExist();
      again.epoch(epoch(2), ORIGINAL, state(2));
      again.network(out -> out.write(2));
      again.finished(state(2));
    }
    assertThat(network).hasBinaryContent(new byte[] {2});
    Files.delete(network);
    StoredRun whole = StoredRun.readToResume(directory).orElseThrow();
    assertThat(whole.finished()).isTrue();
    assertThat(whole.damage()).isEmpty();
  }

  /** A run of three epochs: {@code begin}, two epochs, then damage, then what comes of it. */
  private void afterTwoEpochs() throws IOException {
    try (RunDirectory run = begin(3)) {
      run.epoch(epoch(1), new int[] {1, 1, 1, 1}, state(1));
      run.epoch(epoch(2), new int[] {2, 2, 2, 2}, state(2));
    }
  }

  private void flipBit(String name, int position) throws IOException {
    byte[] bytes = Files.readAllBytes(directory.resolve(name));
    bytes[position < 0 ? bytes.length + position : position] ^= 0x10;
    Files.write(directory.resolve(name), bytes);
  }

  @Test
  void aFlippedBitInTheCheckpointGoesBackOneEpochAndSaysSo() throws IOException {
    afterTwoEpochs();
    flipBit("checkpoint-2.safetensors", -2);
    try (RunDirectory again = begin(3)) {
      assertThat(again.epochsDone()).isEqualTo(1);
      assertThat(again.checkpoint().orElseThrow().get("w").toFloats()).containsExactly(1, -1);
      assertThat(again.damage().orElseThrow())
          .contains("checkpoint-2.safetensors is damaged")
          .endsWith("the run continues from the end of epoch 1");
      again.epoch(epoch(2), new int[] {2, 2, 2, 2}, state(2));
      again.epoch(epoch(3), new int[] {0, 1, 2, 1}, state(3));
      again.finished(state(3));
    }
    StoredRun stored = StoredRun.read(directory).orElseThrow();
    assertThat(stored.finished()).isTrue();
    assertThat(stored.epochs()).extracting(EpochRecord::epoch).containsExactly(1, 2, 3);
    assertThat(stored.predictions(2)).containsExactly(2, 2, 2, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"epochs.csv", "predictions.npy"})
  void rowsThatAPowerCutLeftAsZerosGoBackOneEpoch(String name) throws IOException {
    afterTwoEpochs();
    Path file = directory.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    java.util.Arrays.fill(bytes, bytes.length - 4, bytes.length, (byte) 0);
    Files.write(file, bytes);
    StoredRun stored = StoredRun.read(directory).orElseThrow();
    assertThat(stored.epochs()).containsExactly(epoch(1));
    assertThat(stored.damage().orElseThrow()).contains(name);
    try (RunDirectory again = begin(3)) {
      assertThat(again.epochsDone()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"run.json", "state.json", "observed.npy", "original.npy", "sample_ids.npy"})
  void damageThatEveryStateSharesBeginsAnewAndSaysSo(String name) throws IOException {
    afterTwoEpochs();
    flipBit(name, -6);
    try (RunDirectory again = begin(3)) {
      assertThat(again.epochsDone()).isZero();
      assertThat(again.damage().orElseThrow()).contains(name).endsWith("begins anew");
      again.epoch(epoch(1), new int[] {1, 1, 1, 1}, state(1));
    }
    assertThat(StoredRun.read(directory).orElseThrow().damage()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"epochs.csv", "predictions.npy", "observed.npy"})
  void aFinishedRunWithDamagedRowsIsNotFinished(String name) throws IOException {
    try (RunDirectory run = begin(1)) {
      run.epoch(epoch(1), new int[] {1, 1, 1, 1}, state(1));
      run.finished(state(1));
    }
    assertThat(StoredRun.read(directory).orElseThrow().finished()).isTrue();
    flipBit(name, -2);
    StoredRun stored = StoredRun.read(directory).orElseThrow();
    assertThat(stored.finished()).isFalse();
    assertThat(stored.damage().orElseThrow()).contains(name);
  }

  @Test
  void damagedWeightsAreNotRead() throws IOException {
    try (RunDirectory run = begin(1)) {
      run.epoch(epoch(1), new int[] {1, 1, 1, 1}, state(1));
      run.finished(state(1));
    }
    flipBit(RunDirectory.WEIGHTS, -2);
    StoredWeights weights = StoredRun.read(directory).orElseThrow().weights().get(0);
    assertThatThrownBy(weights::read)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("weights.safetensors is damaged");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "{}", "[]", "{\"format\": 1}", "\u0000\u0000", "{\"id\": null}"})
  void aForeignRecordIsNamed(String content) throws IOException {
    afterTwoEpochs();
    Files.writeString(directory.resolve(RunDirectory.RECORD), content);
    assertThatThrownBy(() -> StoredRun.read(directory))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("run.json is damaged")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aRunUnderAnotherNameIsNotReadAsThatOne() throws IOException {
    afterTwoEpochs();
    Path other = directory.resolveSibling("other");
    Files.move(directory, other);
    assertThatThrownBy(() -> StoredRun.read(other))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("describes the run");
  }

  @Test
  void tensorBoardGetsTheRowsThatItsFileLost() throws IOException {
    afterTwoEpochs();
    Path events;
    try (var files = Files.list(directory)) {
      events = files.filter(f -> f.toString().contains("tfevents")).findFirst().orElseThrow();
    }
    long whole = Files.size(events);
    Files.write(events, new byte[(int) whole]); // as a power cut leaves unsynced data
    try (RunDirectory again = begin(3)) {
      assertThat(again.epochsDone()).isEqualTo(2);
    }
    assertThat(Files.size(events)).isEqualTo(whole);
  }

  @Test
  void oneProcessAtATimeHoldsIt() throws IOException {
    try (RunDirectory run = begin(1)) {
      assertThat(run.epochsDone()).isZero();
      assertThatThrownBy(() -> begin(1))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is being trained by process");
    }
  }

  private static String id(RunSpec spec, String data, String noise) {
    return RunId.of(spec, data, noise, spec.loss().toString());
  }

  /** Ids name the directories of finished runs: they change on purpose only. */
  @Test
  void anIdIsAHashOfAllThatARunDependsOn() throws Exception {
    RunSpec spec =
        new RunSpec(
            DataSpec.of("glyphs", Optional.empty()),
            LabelNoise.parse("symmetric(0.4)"),
            new NetworkName("resnet32"),
            LossSpec.rll(0.1),
            Protocol.of(new Sgd(1e-1, 0.9, 1e-4), 200)
                .withSchedule(new Decay.Steps(0.1, List.of(100, 150)), 0)
                .withAugmentation(new Augmentation(true, 4)),
            7);
    String json =
        """
        {"format":1,"data":"0123","noise":"symmetric(0.4)","network":"resnet32",\
        "loss":"rll(alpha=0.1)","protocol":{\
        "optimizer":{"name":"sgd","rate":0.1,"momentum":0.9,"weight_decay":1.0E-4},\
        "schedule":{"decay":"steps(0.1, 100, 150)","warmup_epochs":0},"epochs":200,\
        "batch_size":128,"precision":"float32","augmentation":"flip+crop(4)","clip":null},\
        "seed":7}\
        """;
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
    assertThat(id(spec, "0123", "symmetric(0.4)"))
        .isEqualTo("rll_alpha_0.1-symmetric_0.4-s7-" + HexFormat.of().formatHex(hash, 0, 5))
        .isEqualTo("rll_alpha_0.1-symmetric_0.4-s7-e9cf702ccb");
  }

  @Test
  void aSubsampleIsPartOfTheNameOnlyWhereThereIsOne() {
    RunSpec all = record("cce", 1, 3).spec();
    RunSpec some = subsampled(all, 0.7, all.seed());
    assertThat(id(some, "d", "n")).isNotEqualTo(id(all, "d", "n"));
    assertThat(id(subsampled(all, 0.5, all.seed()), "d", "n")).isNotEqualTo(id(some, "d", "n"));
  }

  private static RunSpec subsampled(RunSpec all, double share, long seed) {
    return new RunSpec(
        all.data().withSubsample(Optional.of(share)),
        all.noise(),
        all.network(),
        all.loss(),
        all.protocol(),
        seed);
  }

  /** Each sample is drawn with probability 0.7, by a stream that the seed alone decides. */
  @Test
  void subsamplesAreUniformDrawsWithoutReplacement() {
    RunSpec all = record("cce", 1, 3).spec();
    assertThat(all.trainedOn(4)).containsExactly(0, 1, 2, 3);
    int n = 10;
    int seeds = 3000;
    int[] drawn = new int[n];
    int together = 0;
    Set<String> different = new HashSet<>();
    for (long seed = 1; seed <= seeds; seed++) {
      int[] positions = subsampled(all, 0.7, seed).trainedOn(n);
      assertThat(positions).hasSize(7).isSorted().doesNotHaveDuplicates();
      assertThat(positions).isEqualTo(subsampled(all, 0.7, seed).trainedOn(n));
      different.add(Arrays.toString(positions));
      Arrays.stream(positions).forEach(i -> drawn[i]++);
      together += positions[0] == 0 && positions[1] == 1 ? 1 : 0;
    }
    for (int count : drawn) {
      assertThat(count / (double) seeds).isCloseTo(0.7, within(5 * Math.sqrt(0.21 / seeds)));
    }
    // Two samples are drawn together with probability 7/10 · 6/9.
    assertThat(together / (double) seeds).isCloseTo(42 / 90.0, within(5 * Math.sqrt(0.25 / seeds)));
    assertThat(different).as("all of the 120 subsets of seven").hasSize(120);
    assertThatThrownBy(() -> subsampled(all, 0.1, 1).trainedOn(12))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is 1 of them; expected from 2 to 11");
    assertThatThrownBy(() -> subsampled(all, 0.99, 1).trainedOn(12))
        .isInstanceOf(InputException.class);
  }

  @Test
  void nameFollowsContentAndNothingElse() {
    RunSpec a = record("cce", 1, 3).spec();
    assertThat(id(a, "d", "n")).isEqualTo(id(a, "d", "n"));
    assertThat(id(a, "e", "n")).isNotEqualTo(id(a, "d", "n"));
    assertThat(id(a, "d", "m")).isNotEqualTo(id(a, "d", "n"));
    assertThat(id(record("mse", 1, 3).spec(), "d", "n")).isNotEqualTo(id(a, "d", "n"));
    assertThat(id(record("cce", 2, 3).spec(), "d", "n")).isNotEqualTo(id(a, "d", "n"));
    assertThat(id(record("cce", 1, 4).spec(), "d", "n")).isNotEqualTo(id(a, "d", "n"));
  }

  @Test
  void aDirectoryOfAnotherStudyIsRefusedUntouched() throws IOException {
    RunSpec spec = record("cce", 1, 3).spec();
    StudyDirectory.Identity mine =
        new StudyDirectory.Identity(
            1, "glyphs", "d", new NetworkName("mlp"), spec.protocol(), spec.data());
    Path out = temp.resolve("out");
    StudyDirectory.open(out, mine, 0).close();
    StudyDirectory.open(out, mine, 0).close();
    StudyDirectory.Identity other =
        new StudyDirectory.Identity(
            1, "glyphs", "d", new NetworkName("resnet32"), spec.protocol(), spec.data());
    assertThatThrownBy(() -> StudyDirectory.open(out, other, 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("belongs to another study (network mlp, not resnet32)");

    Path full = Files.createDirectories(temp.resolve("full"));
    Files.writeString(full.resolve("thesis.tex"), "x");
    assertThatThrownBy(() -> StudyDirectory.open(full, mine, 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds no study");
    assertThat(full).isDirectoryNotContaining(file -> !file.endsWith("thesis.tex"));
    assertThatThrownBy(() -> StudyDirectory.open(full.resolve("thesis.tex"), mine, 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a file");

    Path small = temp.resolve("a/small/disk");
    assertThatThrownBy(() -> StudyDirectory.open(small, mine, Long.MAX_VALUE / 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("free, and this study writes at least");
    assertThat(temp.resolve("a")).doesNotExist();
  }

  @Test
  void rowsAreCountedAsTheyAreRead() throws IOException {
    Path file = temp.resolve("epochs.csv");
    EpochsFile.write(file, List.of(epoch(1), epoch(2), epoch(3)));
    String text = Files.readString(file);
    int end = 0;
    for (int rows = 0; rows <= 3; rows++) {
      end = text.indexOf('\n', end) + 1;
      // With the line break after the last row, and without.
      for (long bytes : new long[] {end - 1, end}) {
        assertThat(EpochsFile.read(file, bytes)).hasSize(rows);
        assertThat(EpochsFile.count(file, bytes)).isEqualTo(rows);
      }
    }
    assertThat(EpochsFile.count(file, 2L * text.length())).isEqualTo(3);
  }

  @Test
  void numbersAreTheSameOnEveryJvm() {
    assertThat(EpochsFile.number(2.0e-3)).isEqualTo("0.002");
    assertThat(EpochsFile.number(1 / 3.0)).isEqualTo("0.333333333");
    assertThat(EpochsFile.number(1e10 / 3)).isEqualTo("3333333330");
    assertThat(EpochsFile.number(0)).isEqualTo("0");
    assertThat(EpochsFile.number(Double.NaN)).isEmpty();
  }
}

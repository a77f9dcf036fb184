package dev.rote.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.DataSet;
import dev.rote.data.DataSpec;
import dev.rote.data.Fold;
import dev.rote.data.ImageShape;
import dev.rote.data.LabelledImages;
import dev.rote.format.TensorData;
import dev.rote.loss.CategoricalCrossEntropy;
import dev.rote.loss.Loss;
import dev.rote.noise.LabelNoise;
import dev.rote.random.RandomStreams;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunSink;
import dev.rote.study.Augmentation;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.study.Precision;
import dev.rote.study.Protocol;
import dev.rote.study.RunSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.assertj.core.api.Assumptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerTest {
  @BeforeAll
  static void oneThread() {
    torch.set_num_threads(1);
  }

  /** What a sink was told, copied. */
  private static final class Told implements RunSink {
    final List<EpochRecord> epochs = new ArrayList<>();
    final List<int[]> predictions = new ArrayList<>();
    Map<String, TensorData> state;
    Map<String, TensorData> weights;
    Map<String, TensorData> statistics;

    @Override
    public void statistics(Map<String, TensorData> gathered) {
      statistics = copy(gathered);
    }

    @Override
    public void epoch(EpochRecord record, int[] predicted, Map<String, TensorData> newState) {
      epochs.add(record);
      predictions.add(predicted.clone());
      state = copy(newState);
    }

    @Override
    public void finished(Map<String, TensorData> finalWeights) {
      weights = copy(finalWeights);
    }

    private static Map<String, TensorData> copy(Map<String, TensorData> tensors) {
      Map<String, TensorData> copies = new HashMap<>();
      tensors.forEach(
          (name, tensor) -> {
            ByteBuffer bytes = ByteBuffer.allocate(tensor.data().remaining());
            bytes.put(tensor.data().duplicate()).flip();
            copies.put(name, new TensorData(tensor.type(), tensor.shape(), bytes));
          });
      return copies;
    }
  }

  /** Three classes of noise around a bright stripe whose place tells the class. */
  private static DataSet stripes(int n, int side) {
    UniformRandomProvider random = RandomStreams.stream(3, "stripes");
    byte[] pixels = new byte[n * side * side];
    random.nextBytes(pixels);
    int[] labels = new int[n];
    long[] ids = new long[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % 3;
      ids[i] = i;
      for (int p = 0; p < side * side; p++) {
        int dim = (pixels[i * side * side + p] & 0xff) / 4;
        boolean stripe = p / side / (side / 3) == labels[i];
        pixels[i * side * side + p] = (byte) (dim + (stripe ? 150 : 0));
      }
    }
    LabelledImages train =
        new LabelledImages(
            ImageShape.square(1, side),
            List.of("a", "b", "c"),
            pixels,
            labels,
            Optional.empty(),
            ids,
            Optional.empty());
    return new DataSet("stripes", train, Optional.of(train));
  }

  private static RunSpec spec(
      String network, String loss, String optimizer, int epochs, Precision precision, long seed) {
    Protocol protocol =
        Protocol.of(OptimizerSpec.of(optimizer, 0.01, 0.9, 0), epochs)
            .withBatchSize(16)
            .withPrecision(precision)
            .withAugmentation(new Augmentation(true, 1));
    DataSpec data = DataSpec.of("glyphs", Optional.empty());
    return new RunSpec(
        data,
        LabelNoise.parse("none"),
        new NetworkName(network),
        LossSpec.parse(loss),
        protocol,
        seed);
  }

  private static Told train(RunSpec spec, DataSet data, int[] observed) throws IOException {
    Told told = new Told();
    new Trainer(spec, data, observed, data.train().labels(), Device.CPU)
        .train(0, told, (epoch, fraction) -> {});
    return told;
  }

  @ParameterizedTest
  @CsvSource({
    "small-cnn, sgd, FLOAT32, 0.5",
    "mlp, adam, FLOAT32, 0.2",
    "inception-lite, sgd, BF16, 0.5",
    "resnet32, sgd, BF16,",
    "airbench, muon, BF16,"
  })
  void goingOnFromACheckpointGivesTheBitsOfAnUndisturbedRun(
      String network, String optimizer, Precision precision, Double dropout) throws IOException {
    DataSet data = stripes(49, 18);
    int[] observed = data.train().labels().clone();
    observed[3] = 1;
    RunSpec spec = dropping(spec(network, "cce", optimizer, 4, precision, 1), dropout);
    Told whole = train(spec, data, observed);

    Told first = train(spec.withEpochs(2), data, observed);
    Told rest = new Told();
    Trainer resumed = new Trainer(spec, data, observed, data.train().labels(), Device.CPU);
    resumed.restore(first.state);
    resumed.train(2, rest, (epoch, fraction) -> {});

    assertThat(rest.epochs)
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds", "extra")
        .isEqualTo(whole.epochs.subList(2, 4));
    assertThat(rest.predictions)
        .containsExactly(whole.predictions.get(2), whole.predictions.get(3));
    assertThat(rest.weights.keySet()).isEqualTo(whole.weights.keySet());
    whole.weights.forEach(
        (name, tensor) ->
            assertThat(rest.weights.get(name).data()).as(name).isEqualTo(tensor.data()));
  }

  private static RunSpec dropping(RunSpec plain, Double dropout) {
    return dropout == null
        ? plain
        : new RunSpec(
            plain.data(),
            plain.noise(),
            plain.network(),
            plain.loss(),
            plain.protocol().withDropout(dropout),
            plain.seed());
  }

  private static RunSpec with(RunSpec plain, Double clip, String augment) {
    Protocol augmented = plain.protocol().withAugmentation(Augmentation.parse(augment));
    Protocol other = clip == null ? augmented : augmented.withClip(clip);
    return new RunSpec(
        plain.data(), plain.noise(), plain.network(), plain.loss(), other, plain.seed());
  }

  @Test
  void aRunThatDivergesEndsInThatEpochWithAReason() {
    DataSet data = stripes(48, 12);
    RunSpec any = spec("mlp", "cce", "sgd", 5, Precision.FLOAT32, 1);
    RunSpec wild =
        new RunSpec(
            any.data(),
            any.noise(),
            any.network(),
            any.loss(),
            any.protocol().withLearningRate(1e30),
            1);
    Told told = new Told();
    int[] labels = data.train().labels();
    try (Trainer trainer = new Trainer(wild, data, labels, labels, Device.CPU)) {
      assertThatThrownBy(() -> trainer.train(0, told, (epoch, fraction) -> {}))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("diverged in epoch 1: the mean of cce is NaN")
          .hasMessageContaining("learning rate 1.0E30");
    }
    assertThat(told.epochs).as("a diverged epoch is not recorded").isEmpty();
  }

  @Test
  void aLastStepThatDivergesIsSeenAtFixedWeights() {
    DataSet data = stripes(16, 12);
    // One step an epoch: its running loss is that of the initial weights.
    RunSpec any = spec("mlp", "cce", "sgd", 1, Precision.FLOAT32, 1);
    RunSpec wild =
        new RunSpec(
            any.data(),
            any.noise(),
            any.network(),
            any.loss(),
            any.protocol().withLearningRate(1e38),
            1);
    int[] labels = data.train().labels();
    try (Trainer trainer = new Trainer(wild, data, labels, labels, Device.CPU)) {
      assertThatThrownBy(() -> trainer.train(0, new Told(), (epoch, fraction) -> {}))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("diverged in epoch 1");
    }
  }

  @Test
  void measuredImagesAreNotVaried() throws IOException {
    DataSet data = stripes(48, 12);
    int[] labels = data.train().labels();
    RunSpec any = spec("mlp", "cce", "sgd", 1, Precision.FLOAT32, 1);
    Protocol still = any.protocol().withLearningRate(1e-30);
    RunSpec unmoved =
        new RunSpec(
            any.data(), LabelNoise.parse("none"), new NetworkName("mlp"), LossSpec.CCE, still, 1);
    RunSpec plain = with(unmoved, null, "none");
    EpochRecord of = train(plain, data, labels).epochs.get(0);
    EpochRecord varied = train(with(plain, null, "crop(3)"), data, labels).epochs.get(0);
    // The weights are those of the start in both.
    assertThat(varied.loss()).isEqualTo(of.loss());
    assertThat(varied.test()).isEqualTo(of.test());
    assertThat(varied.running().loss()).isNotEqualTo(of.running().loss());
  }

  @Test
  void aGradientThatIsClippedToNothingTeachesNothing() throws IOException {
    DataSet data = stripes(48, 12);
    int[] labels = data.train().labels();
    RunSpec free = spec("mlp", "cce", "sgd", 2, Precision.FLOAT32, 1);
    double learned = train(free, data, labels).epochs.get(1).loss();
    List<EpochRecord> held = train(with(free, 1e-9, "none"), data, labels).epochs;
    assertThat(learned).isLessThan(held.get(1).loss() - 0.01);
    assertThat(held.get(1).loss()).isCloseTo(held.get(0).loss(), within(1e-5));
  }

  @Test
  void twoLossesAtOneSeedBeginWithTheSameWeights() throws IOException {
    DataSet data = stripes(32, 12);
    int[] labels = data.train().labels();
    Protocol still = Protocol.of(new Sgd(1e-30, 0, 0), 1).withBatchSize(16);
    List<Told> told = new ArrayList<>();
    for (String loss : List.of("cce", "rll(alpha=0.1)")) {
      RunSpec any = spec("mlp", loss, "sgd", 1, Precision.FLOAT32, 5);
      told.add(
          train(
              new RunSpec(any.data(), any.noise(), any.network(), any.loss(), still, 5),
              data,
              labels));
    }
    // With a rate that changes nothing, the weights are the initial ones.
    told.get(0)
        .weights
        .forEach(
            (name, tensor) ->
                assertThat(told.get(1).weights.get(name).data()).isEqualTo(tensor.data()));
    Told other = train(spec("mlp", "cce", "sgd", 1, Precision.FLOAT32, 6), data, labels);
    assertThat(other.epochs.get(0).loss()).isNotEqualTo(told.get(0).epochs.get(0).loss());
  }

  @Test
  void learnsStripesAndMeasuresWithFixedWeights() throws IOException {
    DataSet data = stripes(96, 12);
    Told told =
        train(
            spec("small-cnn", "cce", "adam", 8, Precision.FLOAT32, 1), data, data.train().labels());
    EpochRecord last = told.epochs.get(7);
    assertThat(last.memorization().j1()).isEqualTo(1).isEqualTo(last.memorization().j2());
    assertThat(last.test())
        .as("the test set is the training set here")
        .isEqualTo(last.memorization().j1());
    assertThat(last.memorization().memorized()).as("nothing is altered").isNaN();
    assertThat(told.epochs.get(0).running().j1()).isLessThan(1);
    assertThat(last.loss()).isLessThan(told.epochs.get(0).running().loss());
    assertThat(last.learningRate()).isCloseTo(0.01, within(1e-12));
  }

  @Test
  void theNetworkOfAFoldMeasuresRunningValuesAndTheHeldOutSamples() throws IOException {
    DataSet data = stripes(48, 12);
    int[] labels = data.train().labels();
    RunSpec free = spec("small-cnn", "cce", "sgd", 3, Precision.FLOAT32, 1);
    RunSpec held =
        new RunSpec(
            free.data().withFold(new Fold(0, 2)),
            LabelNoise.parse("none"),
            new NetworkName("small-cnn"),
            LossSpec.CCE,
            free.protocol(),
            1);
    Told told = train(held, data, labels);
    Told other = train(free, data, labels);
    double hits = 0;
    for (int epoch = 0; epoch < 3; epoch++) {
      EpochRecord record = told.epochs.get(epoch);
      assertThat(record.loss()).isNaN();
      assertThat(record.memorization().j1()).isNaN();
      assertThat(told.predictions.get(epoch)).isEmpty();
      // What is measured has the value that it has without a fold.
      assertThat(record.running()).isEqualTo(other.epochs.get(epoch).running());
      assertThat(record.test()).isEqualTo(other.epochs.get(epoch).test());
      hits += 48 * record.running().j1();
    }
    double correct = 0;
    for (float count : told.statistics.get("correct").toFloats()) {
      correct += count;
    }
    assertThat(correct).isCloseTo(hits, within(1e-9));
    assertThat(other.statistics).isNull();
  }

  private static RunSpec subsampled(RunSpec all, double share) {
    return new RunSpec(
        all.data().withSubsample(Optional.of(share)),
        all.noise(),
        all.network(),
        all.loss(),
        all.protocol(),
        all.seed());
  }

  /** Cross-entropy, but infinite where the label is class 2. */
  public static final class InfiniteForClassTwo implements Loss {
    @Override
    public Tensor perSample(Tensor logits, Tensor labels) {
      return new CategoricalCrossEntropy()
          .perSample(logits, labels)
          .masked_fill(labels.eq(new Scalar(2.0)), new Scalar(Double.POSITIVE_INFINITY));
    }
  }

  @Test
  void anInfiniteLossOfASampleThatIsNotTrainedOnDoesNotCount() throws IOException {
    DataSet data = stripes(60, 12);
    String loss = "class('" + InfiniteForClassTwo.class.getName() + "')";
    RunSpec run = subsampled(spec("mlp", loss, "adam", 1, Precision.FLOAT32, 3), 0.6);
    int[] observed = new int[60];
    Arrays.fill(observed, 2);
    for (int i : run.trainedOn(60)) {
      observed[i] = i % 2;
    }
    Told told = train(run, data, observed);
    assertThat(told.epochs.get(0).loss()).isPositive().isFinite();
    assertThat(told.statistics.get("loss").toFloats()).contains(Float.POSITIVE_INFINITY);
  }

  /** Labels that a run does not train on change nothing but what is measured on their samples. */
  @ParameterizedTest
  @CsvSource({"cce, FLOAT32", "rll(alpha=0.1), BF16", "normalized(mse), FLOAT32", "mse, BF16"})
  void aRunOnASubsampleTrainsOnItAloneAndMeasuresAll(String loss, Precision precision)
      throws IOException {
    DataSet data = stripes(60, 12);
    RunSpec run = subsampled(spec("small-cnn", loss, "adam", 3, precision, 3), 0.6);
    int[] trained = run.trainedOn(60);
    assertThat(trained).hasSize(36);
    int[] observed = data.train().labels().clone();
    observed[trained[5]] = (observed[trained[5]] + 1) % 3;
    Told told = train(run, data, observed);

    int[] elsewhere = observed.clone();
    for (int i = 0; i < 60; i++) {
      if (Arrays.binarySearch(trained, i) < 0) {
        elsewhere[i] = (observed[i] + 1) % 3;
      }
    }
    Told other = train(run, data, elsewhere);
    told.weights.forEach(
        (name, tensor) ->
            assertThat(other.weights.get(name).data()).as(name).isEqualTo(tensor.data()));
    assertThat(other.epochs)
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds", "extra")
        .isEqualTo(told.epochs);

    int[] original = data.train().labels();
    float[] losses = told.statistics.get("loss").toFloats();
    float[] flags = told.statistics.get("trained").toFloats();
    double total = 0;
    double gradients = 0;
    for (int i = 0; i < 60; i++) {
      boolean in = Arrays.binarySearch(trained, i) >= 0;
      assertThat(flags[i]).isEqualTo(in ? 1f : 0f);
      total += in ? losses[i] : 0;
      if (!in) {
        assertThat(told.statistics.get("confidence").toFloats()[i]).isZero();
      }
      gradients += told.statistics.get("input_gradient").toFloats()[i];
    }
    assertThat(gradients).isPositive();
    double sumOfMeans = 0;
    for (int e = 0; e < 3; e++) {
      int[] predicted = told.predictions.get(e);
      assertThat(predicted).hasSize(60);
      double j1 = 0;
      double j2 = 0;
      for (int i : trained) {
        j1 += predicted[i] == observed[i] ? 1 : 0;
        j2 += predicted[i] == original[i] ? 1 : 0;
      }
      assertThat(told.epochs.get(e).memorization().j1()).isEqualTo(j1 / 36);
      assertThat(told.epochs.get(e).memorization().j2()).isEqualTo(j2 / 36);
      sumOfMeans += told.epochs.get(e).loss();
    }
    assertThat(total / 36).isCloseTo(sumOfMeans, within(1e-5 * Math.max(1, sumOfMeans)));
    double correct = 0;
    for (float hit : told.statistics.get("test_correct").toFloats()) {
      correct += hit;
    }
    // The test images are the training images.
    assertThat(correct / 60).isCloseTo(told.epochs.get(2).test(), within(1e-12));

    Told first = train(withEpochs(run, 1), data, observed);
    Told rest = new Told();
    try (Trainer resumed = new Trainer(run, data, observed, original, Device.CPU)) {
      resumed.restore(first.state);
      resumed.train(1, rest, (epoch, fraction) -> {});
    }
    for (String name : told.statistics.keySet()) {
      // At its last epoch the shorter run measured this at its own final weights.
      assertThat(rest.statistics.get(name).data())
          .as(name)
          .isEqualTo(told.statistics.get(name).data());
    }
    assertThat(rest.predictions.get(1)).isEqualTo(told.predictions.get(2));
  }

  private static RunSpec withEpochs(RunSpec run, int epochs) {
    return new RunSpec(
        run.data(),
        run.noise(),
        run.network(),
        run.loss(),
        run.protocol().withEpochs(epochs),
        run.seed());
  }

  @Test
  void heldOutImagesCountMirroredTooWhereTrainingMirrors() throws IOException {
    DataSet data = stripes(48, 12);
    LabelledImages images = data.train();
    byte[] pixels = images.pixels();
    byte[] mirrored = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      mirrored[i - i % 12 + 11 - i % 12] = pixels[i];
    }
    LabelledImages other =
        new LabelledImages(
            ImageShape.square(1, 12),
            images.classNames(),
            mirrored,
            images.labels(),
            Optional.empty(),
            images.ids(),
            Optional.empty());
    // The weights are those of the start in all of them.
    float[] plain = heldOut(data, "crop(1)");
    float[] turned = heldOut(new DataSet("mirrored", images, Optional.of(other)), "none");
    float[] both = heldOut(data, "flip");
    for (int i = 0; i < both.length; i++) {
      assertThat(both[i]).isCloseTo(plain[i] + turned[i], within(1e-6f));
    }
    assertThat(turned).isNotEqualTo(plain);
  }

  @Test
  void aSampleOfManyHeldOutImagesIsMeasuredBeforeTheEpochsThatCount() throws IOException {
    DataSet data = stripes(24, 12);
    LabelledImages images = data.train();
    int[] copies = IntStream.range(0, 1200).map(i -> i / 50).toArray();
    DataSet many = new DataSet("copies", images, Optional.of(images.select(copies)));

    Told told = train(withoutLearning(4, "none"), many, images.labels());

    float[] heldOut = told.statistics.get("held_out").toFloats();
    IntPredicate hit =
        i -> {
          float own = heldOut[3 * i + images.labels()[i / 50]];
          return own >= Math.max(heldOut[3 * i], Math.max(heldOut[3 * i + 1], heldOut[3 * i + 2]));
        };
    double ofSample = IntStream.range(0, 1000).filter(i -> hit.test(i * 1200 / 1000)).count() / 1e3;
    double ofAll = IntStream.range(0, 1200).filter(hit).count() / 1200.0;
    assertThat(told.epochs)
        .extracting(EpochRecord::test)
        .containsExactly(ofSample, ofSample, ofSample, ofAll);
    assertThat(ofSample).isNotEqualTo(ofAll);
  }

  private static float[] heldOut(DataSet data, String augment) throws IOException {
    RunSpec held = withoutLearning(1, augment);
    return train(held, data, data.train().labels()).statistics.get("held_out").toFloats();
  }

  /** Returns a run of a fold whose weights stay those of the start. */
  private static RunSpec withoutLearning(int epochs, String augment) {
    RunSpec any = with(spec("mlp", "cce", "sgd", epochs, Precision.FLOAT32, 1), null, augment);
    return new RunSpec(
        any.data().withFold(new Fold(0, 2)),
        LabelNoise.parse("none"),
        new NetworkName("mlp"),
        LossSpec.CCE,
        any.protocol().withLearningRate(1e-30),
        1);
  }

  @Test
  void batchesCoverAllSamplesAndNoneIsASingleSample() {
    assertThat(Trainer.batchBounds(256, 128)).containsExactly(0, 128, 256);
    assertThat(Trainer.batchBounds(257, 128)).containsExactly(0, 128, 257);
    assertThat(Trainer.batchBounds(258, 128)).containsExactly(0, 128, 256, 258);
    assertThat(Trainer.batchBounds(100, 128)).containsExactly(0, 100);
    assertThat(Trainer.batchBounds(100, Integer.MAX_VALUE)).containsExactly(0, 100);
  }

  @Test
  void memoryStaysFlatOver30Epochs() throws IOException {
    Path status = Path.of("/proc/self/status");
    Assumptions.assumeThat(status).as("resident memory is read from /proc").exists();
    DataSet data = stripes(512, 18);
    List<Long> kilobytes = new ArrayList<>();
    RunSpec spec = spec("small-cnn", "rll(alpha=0.1)", "adam", 30, Precision.FLOAT32, 1);
    new Trainer(spec, data, data.train().labels(), data.train().labels(), Device.CPU)
        .train(
            0,
            new RunSink() {
              @Override
              public void epoch(EpochRecord record, int[] predicted, Map<String, TensorData> state)
                  throws IOException {
                kilobytes.add(resident(status));
              }

              @Override
              public void finished(Map<String, TensorData> weights) {}
            },
            (epoch, fraction) -> {});
    long early = kilobytes.get(9);
    long late = kilobytes.get(29);
    // The first activation of each step alone, 16x32x9x9 floats, would come to 106 MB in 20 epochs
    // of 32 steps.
    assertThat(late - early)
        .as("growth in kB from epoch 10 to 30: %s", kilobytes)
        .isLessThan(60_000);
  }

  private static long resident(Path status) throws IOException {
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS in " + status);
  }
}

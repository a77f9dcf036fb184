package dev.rote.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.DataSet;
import dev.rote.data.DataSpec;
import dev.rote.data.ImageShape;
import dev.rote.data.LabelledImages;
import dev.rote.format.AtomicFile;
import dev.rote.format.TensorData;
import dev.rote.net.Networks;
import dev.rote.noise.LabelNoise;
import dev.rote.onnx.OnnxModel;
import dev.rote.onnx.PixelScale;
import dev.rote.random.RandomStreams;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunSink;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.Precision;
import dev.rote.study.Protocol;
import dev.rote.study.RunSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares every network in ONNX Runtime with the same network in libtorch. */
class OnnxExportTest {
  private static final List<String> CLASSES = List.of("Äpfel", "pears, \"ripe\"", "7");
  private static final int IMAGES = 24;

  @TempDir private Path directory;

  @BeforeAll
  static void oneThread() {
    torch.set_num_threads(1);
  }

  static Stream<Object[]> networks() {
    return Networks.names().stream()
        .map(NetworkName::new)
        .flatMap(
            kind ->
                Stream.of(
                    new Object[] {kind, new ImageShape(1, 20, 20)},
                    new Object[] {kind, new ImageShape(3, 17, 17)}));
  }

  @ParameterizedTest(name = "{0} of {1}")
  @MethodSource("networks")
  void onnxRuntimeGivesTheSameProbabilities(NetworkName kind, ImageShape shape) throws IOException {
    DataSet data = new DataSet("noise", noise(shape), Optional.empty());
    RunSpec run = spec(kind);
    Path file = directory.resolve("network.onnx");
    float[][] expected = new float[IMAGES][CLASSES.size()];
    RunSink sink =
        new RunSink() {
          @Override
          public void epoch(EpochRecord record, int[] predicted, Map<String, TensorData> state) {}

          @Override
          public void network(AtomicFile.StreamContent onnx) throws IOException {
            AtomicFile.write(file, onnx);
          }

          @Override
          public void finished(Map<String, TensorData> weights) {
            try (TrainedNetwork trained = new TrainedNetwork(run, data);
                PointerScope scope = new PointerScope()) {
              trained.load(weights);
              ByteBuffer values =
                  TensorTransfer.view(Map.of("p", trained.logits().softmax(1).to(ScalarType.Float)))
                      .get("p")
                      .data();
              for (float[] row : expected) {
                values.asFloatBuffer().get(row);
                values.position(values.position() + Float.BYTES * row.length);
              }
            }
          }
        };
    int[] labels = data.train().labels();
    try (Trainer trainer = new Trainer(run, data, labels, labels, Device.CPU)) {
      trainer.train(0, sink, (epoch, fraction) -> {});
    }
    try (OnnxModel model = OnnxModel.open(file, PixelScale.UNIT, OptionalInt.empty(), 1)) {
      assertThat(model.shape()).isEqualTo(shape);
      assertThat(model.takesBytes()).isTrue();
      assertThat(model.classNames()).hasValue(CLASSES);
      assertThat(model.outputs()).containsExactly("probabilities", "features");
      assertThat(model.featuresOutput()).isEqualTo("features");
      byte[] pixels = data.train().pixels();
      float[][] found = model.compute(pixels, IMAGES, "probabilities");
      for (int i = 0; i < IMAGES; i++) {
        assertThat(found[i]).containsExactly(expected[i], within(1e-4f));
        assertThat(largest(found[i])).isEqualTo(largest(expected[i]));
      }
      float[][] features = model.compute(pixels, IMAGES, "features");
      assertThat(features[0]).hasSizeGreaterThan(CLASSES.size()).isNotEqualTo(features[1]);
    }
  }

  private static int largest(float[] row) {
    int largest = 0;
    for (int k = 1; k < row.length; k++) {
      largest = row[k] > row[largest] ? k : largest;
    }
    return largest;
  }

  private static RunSpec spec(NetworkName kind) {
    DataSpec data = DataSpec.of("glyphs", Optional.empty());
    Protocol protocol =
        Protocol.of(OptimizerSpec.of("sgd", 0.01, 0.9, 0), 2)
            .withBatchSize(8)
            .withPrecision(Precision.FLOAT32);
    // A network in evaluation mode knows no dropout.
    boolean drops = List.of("inception-lite", "small-cnn", "mlp").contains(kind.text());
    return new RunSpec(
        data,
        LabelNoise.parse("none"),
        kind,
        LossSpec.parse("cce"),
        drops ? protocol.withDropout(0.5) : protocol,
        1);
  }

  private static LabelledImages noise(ImageShape shape) {
    byte[] pixels = new byte[IMAGES * shape.values()];
    RandomStreams.stream(3, "images").nextBytes(pixels);
    int[] labels = new int[IMAGES];
    long[] ids = new long[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      labels[i] = i % CLASSES.size();
      ids[i] = i;
      // images of different brightness, so that their probabilities differ
      for (int p = i * shape.values(); p < (i + 1) * shape.values(); p++) {
        pixels[p] = (byte) ((pixels[p] & 0xff) * (i + 1) / IMAGES);
      }
    }
    return new LabelledImages(
        shape, CLASSES, pixels, labels, Optional.empty(), ids, Optional.empty());
  }
}

package dev.rote.train;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.rote.data.ChannelStatistics;
import dev.rote.data.DataSet;
import dev.rote.data.ImageShape;
import dev.rote.data.LabelledImages;
import dev.rote.loss.Loss;
import dev.rote.net.Classifier;
import dev.rote.net.Network;
import dev.rote.net.Networks;
import dev.rote.net.OnnxGraph;
import dev.rote.random.RandomStreams;
import dev.rote.run.Json;
import dev.rote.run.RunRecord;
import dev.rote.study.Device;
import dev.rote.study.RunSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;

/** The network of a run with its preprocessing, which training and later evaluation share. */
final class ImageClassifier implements AutoCloseable {
  private static final int EVALUATION_BATCH = 250;
  private static final long PREPARING = 1000;

  /** Larger, since a GPU would wait for the host with small batches. */
  private static final int EVALUATION_BATCH_ON_GPU = 500;

  /** Receives logits {@code [size,K]} (float32) of the images from {@code start}. */
  @FunctionalInterface
  interface LogitsSink {
    void take(int start, int size, Tensor logits);
  }

  private final RunSpec run;
  private final LabelledImages train;
  private final Network network;
  private final ChannelStatistics statistics;
  private final boolean perImage;
  private final int evaluationBatch;

  /** Evaluations before a graph is recorded; negative if none will be. */
  private int untilGraph;

  private EvaluationGraph graph;

  /** Draws the run's initial weights. */
  ImageClassifier(RunSpec run, DataSet data, Device device) {
    this.run = run;
    this.train = data.train();
    this.evaluationBatch = device == Device.CUDA ? EVALUATION_BATCH_ON_GPU : EVALUATION_BATCH;
    this.perImage = Networks.kind(run.network()).standardizesEachImage();
    this.network =
        Networks.create(
            run.network(),
            perImage ? ImageTensors.crop(train.shape()) : train.shape(),
            train.classes(),
            RandomStreams.seed(run.seed(), "weights", 0),
            run.protocol().precision(),
            run.protocol().dropout().orElse(0.0),
            device == Device.CUDA ? DeviceType.CUDA : DeviceType.CPU);
    this.statistics = ChannelStatistics.of(data);
    this.untilGraph = device == Device.CUDA && LibtorchSettings.graphs() ? 1 : -1;
  }

  Network network() {
    return network;
  }

  /** Copies images to the network's device, to be standardized by the data set's statistics. */
  ImageTensors images(LabelledImages part) {
    return new ImageTensors(
        part, statistics, perImage, network.channelsLast(), network.parameters().flat());
  }

  /** Returns what the network is given of each image, in words. */
  String preprocessing() {
    if (perImage) {
      ImageShape seen = ImageTensors.crop(train.shape());
      return "central %d x %d pixels, minus the mean of the image, divided by the larger of its deviation and 1/sqrt(%d)"
          .formatted(seen.height(), seen.width(), seen.values());
    }
    return "pixels / 255, minus %s, divided by %s, by channel"
        .formatted(Arrays.toString(statistics.mean()), Arrays.toString(statistics.std()));
  }

  /**
   * Returns the network at its present weights as ONNX, with its preparation of images: bytes
   * {@code [N,C,H,W]} in, probabilities {@code [N,K]} and penultimate features {@code [N,D]} out.
   */
  ModelProto onnx() {
    OnnxGraph graph = new OnnxGraph();
    OnnxGraph.Value images = graph.images(train.shape());
    OnnxGraph.Value standardized =
        perImage
            ? graph.standardizeEach(graph.toFloat(graph.crop(images, ImageTensors.INCEPTION_CROP)))
            : graph.scaleAndShift(graph.toFloat(images), statistics.scale(), statistics.shift());
    OnnxGraph.Value logits = network.export(graph, standardized);
    graph.output("probabilities", graph.softmax(logits));
    graph.output("features", graph.features());
    return graph.model(
        RunRecord.Provenance.version(),
        Map.of(
            "preprocessing",
            preprocessing(),
            "class_names",
            Json.MAPPER.writeValueAsString(train.classNames()),
            "network",
            run.network().toString(),
            "dataset",
            run.data().dataset(),
            "loss",
            run.loss().toString()));
  }

  /**
   * Initializes the network from up to 1,000 of the images that it trains on, evenly spaced, since
   * data sets may be ordered by class.
   *
   * @param trained their positions
   */
  void prepare(ImageTensors images, int[] trained) {
    try (PointerScope scope = new PointerScope()) {
      long count = Math.min(trained.length, PREPARING);
      long[] positions = new long[(int) count];
      for (int i = 0; i < count; i++) {
        positions[i] = trained[(int) (i * trained.length / count)];
      }
      Tensor some = images.integers(positions);
      network.prepare(images.batch(some));
      some.releaseReference();
    }
  }

  /** Evaluates images at the present weights, batch by batch. */
  void evaluate(ImageTensors images, LogitsSink sink) {
    evaluate(images, images::bytes, sink);
  }

  /** Evaluates images mirrored left to right. */
  void evaluateMirrored(ImageTensors images, LogitsSink sink) {
    evaluate(images, images::mirroredBytes, sink);
  }

  private void evaluate(
      ImageTensors images, BiFunction<Integer, Integer, Tensor> bytes, LogitsSink sink) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      int whole = images.size() / evaluationBatch * evaluationBatch;
      int start = 0;
      if (whole > 0 && graph(images).isPresent()) {
        graph.begin();
        for (; start < whole; start += evaluationBatch) {
          try (PointerScope batch = new PointerScope()) {
            Tensor logits = graph.logits(bytes.apply(start, evaluationBatch));
            sink.take(start, evaluationBatch, logits);
          }
        }
      }
      if (start < images.size()) {
        evaluateFrom(start, images, bytes, sink);
      }
    }
  }

  private void evaluateFrom(
      int first, ImageTensors images, BiFunction<Integer, Integer, Tensor> bytes, LogitsSink sink) {
    Classifier frozen = network.frozen();
    for (int start = first; start < images.size(); start += evaluationBatch) {
      int size = Math.min(evaluationBatch, images.size() - start);
      try (PointerScope batch = new PointerScope()) {
        Tensor input = images.standardize(bytes.apply(start, size));
        sink.take(start, size, frozen.logits(input));
      }
    }
  }

  /** Receives gradients {@code [size,C,H,W]} (float32) of the images from {@code start}. */
  @FunctionalInterface
  interface GradientSink {
    void take(int start, int size, Tensor gradient);
  }

  /**
   * Computes, at the present weights and in evaluation mode, the gradient of the loss of each image
   * by the values of the standardized image, batch by batch.
   *
   * @param labels {@code [N]}, int64
   */
  void differentiate(ImageTensors images, Tensor labels, Loss loss, GradientSink sink) {
    try (PointerScope scope = new PointerScope()) {
      Classifier frozen = network.differentiable();
      for (int start = 0; start < images.size(); start += evaluationBatch) {
        int size = Math.min(evaluationBatch, images.size() - start);
        try (PointerScope batch = new PointerScope()) {
          Tensor input = images.standardize(images.bytes(start, size));
          Tensor gradient = InputGradient.of(frozen, loss, input, labels.narrow(0, start, size));
          sink.take(start, size, gradient);
        }
      }
    }
  }

  /**
   * Returns the graph to replay; empty the first time, when libtorch chooses its algorithms, and on
   * a CPU.
   */
  private Optional<EvaluationGraph> graph(ImageTensors images) {
    if (untilGraph >= 0 && untilGraph-- == 0) {
      graph = EvaluationGraph.of(network, images, evaluationBatch).orElse(null);
    }
    return Optional.ofNullable(graph);
  }

  @Override
  public void close() {
    if (graph != null) {
      graph.close();
    }
    network.parameters().close();
  }
}

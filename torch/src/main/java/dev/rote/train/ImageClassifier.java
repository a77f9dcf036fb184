package dev.rote.train;

import dev.rote.data.ChannelStatistics;
import dev.rote.data.DataSet;
import dev.rote.data.LabelledImages;
import dev.rote.net.Classifier;
import dev.rote.net.Network;
import dev.rote.net.Networks;
import dev.rote.random.RandomStreams;
import dev.rote.study.Device;
import dev.rote.study.RunSpec;
import java.util.function.BiFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * The network of a run, made for the images of its data set, and how it is given them: what
 * training it and looking at it afterwards must do alike.
 */
final class ImageClassifier implements AutoCloseable {
  private static final int EVALUATION_BATCH = 250;

  /** Larger, since a GPU waits for what it is told in small ones. */
  private static final int EVALUATION_BATCH_ON_GPU = 500;

  /** Takes logits {@code [size,K]} (float32) of the images from {@code start}. */
  @FunctionalInterface
  interface LogitsSink {
    void take(int start, int size, Tensor logits);
  }

  private final Network network;
  private final ChannelStatistics statistics;
  private final boolean perImage;
  private final int evaluationBatch;

  /** Draws the run's initial weights. */
  ImageClassifier(RunSpec run, DataSet data, Device device) {
    LabelledImages train = data.train();
    this.evaluationBatch = device == Device.CUDA ? EVALUATION_BATCH_ON_GPU : EVALUATION_BATCH;
    this.perImage = run.network().equals("inception-lite");
    this.network =
        Networks.create(
            run.network(),
            train.channels(),
            perImage ? ImageTensors.crop(train.height()) : train.height(),
            perImage ? ImageTensors.crop(train.width()) : train.width(),
            train.classes(),
            RandomStreams.seed(run.seed(), "weights", 0),
            run.protocol().precision(),
            device == Device.CUDA ? DeviceType.CUDA : DeviceType.CPU);
    this.statistics = ChannelStatistics.of(data);
  }

  Network network() {
    return network;
  }

  /** Images on the network's device, standardized for it by the data set's statistics. */
  ImageTensors images(LabelledImages part) {
    return new ImageTensors(
        part, statistics, perImage, network.channelsLast(), network.parameters().flat());
  }

  /** Logits of all images at the present weights in evaluation mode, batch by batch. */
  void evaluate(ImageTensors images, LogitsSink sink) {
    evaluate(images.size(), images::range, sink);
  }

  /** The same of the images mirrored left to right. */
  void evaluateMirrored(ImageTensors images, LogitsSink sink) {
    evaluate(images.size(), images::mirrored, sink);
  }

  private void evaluate(int n, BiFunction<Integer, Integer, Tensor> images, LogitsSink sink) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Classifier frozen = network.frozen();
      for (int start = 0; start < n; start += evaluationBatch) {
        int size = Math.min(evaluationBatch, n - start);
        try (PointerScope batch = new PointerScope()) {
          sink.take(start, size, frozen.logits(images.apply(start, size)));
        }
      }
    }
  }

  @Override
  public void close() {
    network.parameters().close();
  }
}

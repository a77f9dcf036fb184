package dev.rote.train;

import dev.rote.data.DataSet;
import dev.rote.format.TensorData;
import dev.rote.loss.Loss;
import dev.rote.loss.Losses;
import dev.rote.memorization.Memorization;
import dev.rote.net.Network;
import dev.rote.optim.Optimizer;
import dev.rote.random.RandomStreams;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunSink;
import dev.rote.study.Device;
import dev.rote.study.Protocol;
import dev.rote.study.RunSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Trains the network of one run, epoch by epoch, and measures it at the end of each.
 *
 * <p>From the run's seed come four streams: the noise (drawn by the caller), the initial weights,
 * the batch order and the variation of the images, which are drawn anew each epoch and depend on
 * the seed and the epoch alone. An interrupted run therefore goes on from its weights, optimizer
 * state and epoch number, with the bits of an undisturbed one.
 */
public final class Trainer implements AutoCloseable {
  /** Told how far an epoch has come. */
  @FunctionalInterface
  public interface Progress {
    /** {@code fraction} in [0, 1] of the work of {@code epoch}, measurements included. */
    void at(int epoch, double fraction);
  }

  private final RunSpec run;
  private final Protocol protocol;
  private final Loss loss;
  private final ImageClassifier classifier;
  private final Network network;
  private final Optimizer optimizer;
  private final ImageTensors images;
  private final int[] observed;
  private final int[] original;
  private final Tensor observedLabels;
  private final Tensor originalLabels;
  private final ImageTensors testImages;
  private final int[] testLabels;
  private final Optional<SampleStatistics> statistics;
  private final TrainingStep step;

  /**
   * Prepares a run: draws the initial weights and copies the images to the device.
   *
   * @param observed observed label of each training sample: the one that is trained on
   * @param original original label of each training sample
   */
  public Trainer(RunSpec run, DataSet data, int[] observed, int[] original, Device device) {
    this.run = run;
    this.protocol = run.protocol();
    this.loss = Losses.of(run.loss());
    this.observed = observed;
    this.original = original;
    this.classifier = new ImageClassifier(run, data, device);
    this.network = classifier.network();
    this.optimizer = Optimizer.of(protocol.optimizer(), network.parameters());
    this.images = classifier.images(data.train());
    classifier.prepare(images);
    this.observedLabels = images.integers(wide(observed));
    this.originalLabels = images.integers(wide(original));
    this.testImages = data.test().map(classifier::images).orElse(null);
    this.testLabels = data.test().map(test -> test.labels()).orElse(new int[0]);
    this.statistics =
        run.data()
            .fold()
            .map(
                fold ->
                    new SampleStatistics(
                        observed.length,
                        testLabels.length,
                        data.train().classes(),
                        protocol.epochs(),
                        network.parameters().flat()));
    this.step =
        new TrainingStep(
            network,
            loss,
            images,
            protocol.augmentation(),
            observedLabels,
            originalLabels,
            statistics,
            protocol.batchSize());
  }

  private static long[] wide(int[] labels) {
    return Arrays.stream(labels).asLongStream().toArray();
  }

  /** Number of trainable parameters. */
  public long parameterCount() {
    return network.parameters().count();
  }

  /** Takes up the state that a sink was given at the end of an epoch. */
  public void restore(Map<String, TensorData> state) {
    TensorTransfer.copyInto(state, state());
  }

  /** Trains the epochs after {@code epochsDone}. */
  public void train(int epochsDone, RunSink sink, Progress progress) throws IOException {
    for (int epoch = epochsDone + 1; epoch <= protocol.epochs(); epoch++) {
      long start = System.nanoTime();
      Running running = trainEpoch(epoch, progress);
      // What a fold is held out for are the held-out predictions: a pass less over the rest.
      Evaluation train =
          statistics.isEmpty()
              ? evaluate(images, observed, epoch, progress)
              : new Evaluation(running.loss, running.predictions);
      Memorization measured = Memorization.of(train.predictions, observed, original);
      double test = Double.NaN;
      if (testImages != null) {
        int[] predictions = evaluate(testImages, null, epoch, progress).predictions;
        test = accuracy(predictions, testLabels);
        if (statistics.isPresent() && protocol.augmentation().flip()) {
          lookAtMirrored(epoch);
        }
      }
      EpochRecord record =
          new EpochRecord(
              epoch,
              train.loss,
              measured.j1(),
              measured.j2(),
              measured.memorized(),
              measured.corrected(),
              measured.other(),
              test,
              running.loss,
              running.j1,
              running.j2,
              running.learningRate,
              (System.nanoTime() - start) / 1e9);
      try (PointerScope scope = new PointerScope()) {
        sink.epoch(record, train.predictions, TensorTransfer.view(state()));
      }
    }
    if (statistics.isPresent()) {
      try (PointerScope scope = new PointerScope()) {
        sink.statistics(TensorTransfer.view(statistics.get().sums()));
      }
    }
    try (PointerScope scope = new PointerScope()) {
      sink.finished(TensorTransfer.view(network.parameters().named()));
    }
  }

  /**
   * Trains, and then measures, for about {@code seconds} in all, to see how long it takes. The
   * weights change: this is for estimates, not for runs.
   */
  public Pace pace(double seconds) {
    Progress silent = (epoch, fraction) -> {};
    double training = secondsPerImage(0.7 * seconds, () -> trainEpoch(1, silent));
    double measuring = secondsPerImage(0.3 * seconds, () -> evaluate(images, observed, 1, silent));
    return new Pace(training, measuring);
  }

  private double secondsPerImage(double seconds, Runnable pass) {
    pass.run(); // warms caches and allocators
    long start = System.nanoTime();
    int passes = 0;
    double elapsed;
    do {
      pass.run();
      passes++;
      elapsed = (System.nanoTime() - start) / 1e9;
    } while (elapsed < seconds);
    return elapsed / passes / observed.length;
  }

  /** Frees the native memory at once: a worker trains many runs. */
  @Override
  public void close() {
    step.close();
    optimizer.close();
    classifier.close();
    images.close();
    observedLabels.releaseReference();
    originalLabels.releaseReference();
    if (testImages != null) {
      testImages.close();
    }
    statistics.ifPresent(SampleStatistics::close);
  }

  private Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>(network.parameters().named());
    optimizer.state().forEach((name, tensor) -> state.put(RunSink.OPTIMIZER_PREFIX + name, tensor));
    if (statistics.isPresent()) {
      statistics
          .get()
          .sums()
          .forEach((name, tensor) -> state.put(RunSink.STATISTICS_PREFIX + name, tensor));
    }
    return state;
  }

  private record Running(
      double loss, double j1, double j2, int[] predictions, double learningRate) {}

  private record Evaluation(double loss, int[] predictions) {}

  private Running trainEpoch(int epoch, Progress progress) {
    int n = observed.length;
    int[] bounds = batchBounds(n, protocol.batchSize());
    int steps = bounds.length - 1;
    double rate = 0;
    try (PointerScope epochScope = new PointerScope()) {
      long[] permutation = RandomStreams.permutation(n, run.seed(), "order", epoch);
      Tensor order = images.integers(permutation);
      step.begin(run.seed(), epoch);
      for (int i = 0; i < steps; i++) {
        rate = protocol.rateAt(epoch, i, steps);
        try (PointerScope scope = new PointerScope()) {
          step.run(order.narrow(0, bounds[i], bounds[i + 1] - bounds[i]));
          protocol.clip().ifPresent(network.parameters()::clipGradient);
          optimizer.step(rate);
        }
        progress.at(epoch, trainShare() * (i + 1) / steps);
      }
      order.releaseReference();
      double[] totals = step.sums();
      return new Running(totals[0] / n, totals[1] / n, totals[2] / n, step.predictions(), rate);
    }
  }

  /**
   * Share of an epoch's work that is training: a sample costs about three times as much to train on
   * as to measure.
   */
  private double trainShare() {
    return 3.0 * observed.length / epochWork();
  }

  /** What an epoch takes, in samples measured. */
  private double epochWork() {
    int measured = statistics.isEmpty() ? observed.length : 0;
    return 3.0 * observed.length + measured + testLabels.length;
  }

  /**
   * Bounds of the batches of n samples: 0, b, 2b, …, n. A last batch of one sample is added to the
   * batch before it, since batch norm has no variance for one.
   */
  static int[] batchBounds(int n, int batchSize) {
    int steps = (n + batchSize - 1) / batchSize;
    if (steps > 1 && n % batchSize == 1) {
      steps--;
    }
    int[] bounds = new int[steps + 1];
    for (int i = 0; i < steps; i++) {
      bounds[i] = i * batchSize;
    }
    bounds[steps] = n;
    return bounds;
  }

  /**
   * Predictions and, where labels are given, the mean loss at the present weights, in evaluation
   * mode.
   */
  private Evaluation evaluate(ImageTensors part, int[] labels, int epoch, Progress progress) {
    int n = part.size();
    double share = n / epochWork();
    double before = labels == null ? 1 - share : trainShare();
    try (PointerScope scope = new PointerScope()) {
      Tensor lossSum = torch.zeros(1).to(observedLabels.device(), ScalarType.Double);
      Tensor predicted = torch.empty(new long[] {n}, observedLabels.options(), null);
      classifier.evaluate(
          part,
          (start, size, logits) -> {
            predicted.narrow(0, start, size).copy_(logits.argmax(new LongOptional(1), false));
            if (labels == null) {
              statistics.ifPresent(sums -> sums.heldOut(start, logits, epoch));
            } else {
              Tensor losses = loss.perSample(logits, observedLabels.narrow(0, start, size));
              lossSum.add_(losses.to(ScalarType.Double).sum());
            }
            progress.at(epoch, Math.min(1, before + share * (start + size) / n));
          });
      return new Evaluation(
          TensorTransfer.doubles(lossSum)[0] / n, TensorTransfer.integers(predicted));
    }
  }

  /** Held-out images count twice where training mirrors them: as they are, and mirrored. */
  private void lookAtMirrored(int epoch) {
    classifier.evaluateMirrored(
        testImages, (start, size, logits) -> statistics.get().heldOut(start, logits, epoch));
  }

  private static double accuracy(int[] predictions, int[] labels) {
    int hits = 0;
    for (int i = 0; i < labels.length; i++) {
      if (predictions[i] == labels[i]) {
        hits++;
      }
    }
    return (double) hits / labels.length;
  }
}

package dev.rote.train;

import dev.rote.data.DataSet;
import dev.rote.format.TensorData;
import dev.rote.loss.Loss;
import dev.rote.loss.Losses;
import dev.rote.net.Network;
import dev.rote.optim.Optimizer;
import dev.rote.random.RandomStreams;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunSink;
import dev.rote.study.Device;
import dev.rote.study.ExtraMeasure;
import dev.rote.study.Protocol;
import dev.rote.study.RunSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains the network of one run, epoch by epoch, and measures it after each.
 *
 * <p>A run's seed gives five random streams: the noise (drawn by the caller), the initial weights,
 * the subsample if the run trains on one, and, drawn anew for each epoch, the batch order and the
 * augmentation. The latter two depend on the seed and the epoch alone, so a run that continues from
 * stored weights, optimizer state and epoch number computes the same bits as one that was not
 * interrupted.
 */
public final class Trainer implements AutoCloseable {
  /** A sample costs about three times as much to train on as to measure. */
  private static final double TRAINING_COST = 3;

  /** Receives the progress within an epoch. */
  @FunctionalInterface
  public interface EpochProgress {
    /** {@code fraction} in [0, 1] of the work of {@code epoch}, measurements included, is done. */
    void at(int epoch, double fraction);
  }

  private final RunSpec run;
  private final Protocol protocol;
  private final ImageClassifier classifier;
  private final Network network;
  private final Optimizer optimizer;
  private final TrainingSet training;
  private final Measurement measurement;
  private final TrainingStep step;
  private final Optional<Susceptibility> susceptibility;
  private final InputSensitivity sensitivity;
  private final List<ExtraMeasure> measures;

  /** Positions of the samples to train on, ascending. */
  private final int[] trained;

  /** Prepares a run without extra measures. */
  public Trainer(RunSpec run, DataSet data, int[] observed, int[] original, Device device) {
    this(run, data, observed, original, device, List.of());
  }

  /**
   * Prepares a run: draws the initial weights and copies the images to the device.
   *
   * @param data what the network is given, altered if the run says so
   * @param observed observed label of each training sample, which is trained on
   * @param original original label of each training sample
   * @param measures further measures of each epoch; they change no other result
   */
  public Trainer(
      RunSpec run,
      DataSet data,
      int[] observed,
      int[] original,
      Device device,
      List<ExtraMeasure> measures) {
    this.run = run;
    this.measures = List.copyOf(measures);
    this.protocol = run.protocol();
    Loss loss = Losses.of(run.loss());
    this.classifier = new ImageClassifier(run, data, device);
    this.network = classifier.network();
    this.optimizer = Optimizer.of(protocol.optimizer(), network.parameters());
    this.training = TrainingSet.of(classifier.images(data.train()), observed, original);
    this.trained = run.trainedOn(training.size());
    classifier.prepare(training.images(), trained);
    this.measurement = measurement(data, loss, observed, original);
    this.step = new TrainingStep(network, loss, training, protocol, measurement);
    this.sensitivity = new InputSensitivity(classifier, loss, training, trained);
    this.susceptibility =
        measures.contains(ExtraMeasure.SUSCEPTIBILITY)
            ? Optional.of(
                new Susceptibility(
                    run, network, loss, optimizer, training.images(), data.train().classes()))
            : Optional.empty();
  }

  private Measurement measurement(DataSet data, Loss loss, int[] observed, int[] original) {
    if (run.data().fold().isPresent()) {
      return new FoldMeasurement(
          classifier,
          training,
          data.test().orElseThrow(),
          protocol.epochs(),
          protocol.augmentation().flip());
    }
    return run.data().subset().subsample().isPresent()
        ? new SubsampleMeasurement(
            classifier, loss, training, trained, observed, original, data.test(), protocol.epochs())
        : new FixedWeightMeasurement(classifier, loss, training, observed, original, data.test());
  }

  /** Returns what the network is given of each image, in words. */
  public String preprocessing() {
    return classifier.preprocessing();
  }

  /** Returns the number of trainable parameters. */
  public long parameterCount() {
    return network.parameters().count();
  }

  /** Continues from the state that a sink received at the end of an epoch. */
  public void restore(Map<String, TensorData> state) {
    TensorTransfer.copyInto(state, state());
  }

  /**
   * Trains the epochs after {@code epochsDone}.
   *
   * @throws DivergedException if the loss is NaN or infinite after an epoch, which the sink does
   *     not receive
   * @throws IOException if the sink throws it
   */
  public void train(int epochsDone, RunSink sink, EpochProgress progress) throws IOException {
    for (int epoch = epochsDone + 1; epoch <= protocol.epochs(); epoch++) {
      long start = System.nanoTime();
      EpochRecord.Running running = trainEpoch(epoch, progress);
      requireFinite(epoch, running.loss());
      Measurement.Measured measured = measure(epoch, progress);
      if (measured.diverged()) {
        requireFinite(epoch, measured.loss());
      }
      EpochRecord.Extra extra = extra(epoch);
      EpochRecord record =
          new EpochRecord(
              epoch,
              measured.loss(),
              measured.memorization(),
              measured.test(),
              running,
              lastRate(epoch),
              (System.nanoTime() - start) / 1e9,
              extra);
      try (PointerScope scope = new PointerScope()) {
        sink.epoch(record, measured.predictions(), TensorTransfer.view(state()));
      }
    }
    try (PointerScope scope = new PointerScope()) {
      if (!measurement.sums().isEmpty()) {
        sink.statistics(TensorTransfer.view(measurement.sums()));
      }
      sink.network(out -> classifier.onnx().writeTo(out));
      sink.finished(TensorTransfer.view(network.parameters().named()));
    }
  }

  private EpochRecord.Extra extra(int epoch) {
    InputSensitivity.Sensitivity gradient =
        measures.contains(ExtraMeasure.LOSS_SENSITIVITY)
            ? sensitivity.sensitivity()
            : new InputSensitivity.Sensitivity(Double.NaN, Double.NaN);
    return new EpochRecord.Extra(
        susceptibility.map(m -> m.measure(epoch, lastRate(epoch))).orElse(Double.NaN),
        measures.contains(ExtraMeasure.CRITICAL_SAMPLES) ? sensitivity.criticalRatio() : Double.NaN,
        gradient.mean(),
        gradient.gini());
  }

  private void requireFinite(int epoch, double loss) {
    if (!Double.isFinite(loss)) {
      throw new DivergedException(epoch, run.loss(), loss, lastRate(epoch));
    }
  }

  private double lastRate(int epoch) {
    int steps = batchBounds(trained.length, protocol.batchSize()).length - 1;
    return protocol.rateAt(epoch, steps - 1, steps);
  }

  /**
   * Trains and measures for about {@code seconds} in all, and returns the time that each takes. The
   * weights change: use this for estimates, not for runs.
   */
  public Pace pace(double seconds) {
    EpochProgress silent = (epoch, fraction) -> {};
    return new Pace(
        secondsPerImage(0.7 * seconds, trained.length, () -> trainEpoch(1, silent)),
        secondsPerImage(0.3 * seconds, measurement.images(1), () -> measure(1, silent)));
  }

  private static double secondsPerImage(double seconds, int images, Runnable pass) {
    pass.run(); // fills caches and allocators
    long start = System.nanoTime();
    int passes = 0;
    double elapsed;
    do {
      pass.run();
      passes++;
      elapsed = (System.nanoTime() - start) / 1e9;
    } while (elapsed < seconds);
    return elapsed / passes / images;
  }

  /** Frees the native memory at once, since a worker trains many runs. */
  @Override
  public void close() {
    step.close();
    optimizer.close();
    measurement.close();
    training.close();
    classifier.close();
  }

  private Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>(network.parameters().named());
    optimizer.state().forEach((name, tensor) -> state.put(RunSink.OPTIMIZER_PREFIX + name, tensor));
    measurement
        .sums()
        .forEach((name, tensor) -> state.put(RunSink.STATISTICS_PREFIX + name, tensor));
    return state;
  }

  private EpochRecord.Running trainEpoch(int epoch, EpochProgress progress) {
    int n = trained.length;
    int[] bounds = batchBounds(n, protocol.batchSize());
    int steps = bounds.length - 1;
    try (PointerScope epochScope = new PointerScope()) {
      Tensor order =
          training
              .images()
              .integers(
                  Arrays.stream(RandomStreams.permutation(n, run.seed(), "order", epoch))
                      .map(i -> trained[(int) i])
                      .toArray());
      step.begin(run.seed(), epoch);
      for (int i = 0; i < steps; i++) {
        try (PointerScope scope = new PointerScope()) {
          step.run(order.narrow(0, bounds[i], bounds[i + 1] - bounds[i]));
          protocol.clip().ifPresent(network.parameters()::clipGradient);
          optimizer.step(protocol.rateAt(epoch, i, steps));
        }
        progress.at(epoch, TRAINING_COST * n * (i + 1) / steps / epochWork(epoch));
      }
      order.releaseReference();
      double[] totals = step.sums();
      return new EpochRecord.Running(totals[0] / n, totals[1] / n, totals[2] / n);
    }
  }

  private Measurement.Measured measure(int epoch, EpochProgress progress) {
    double before = TRAINING_COST * trained.length;
    return measurement.measure(
        epoch, done -> progress.at(epoch, (before + done) / epochWork(epoch)));
  }

  /** Returns the work of an epoch, in samples measured. */
  private double epochWork(int epoch) {
    return TRAINING_COST * trained.length + measurement.images(epoch);
  }

  /**
   * Returns the bounds of the batches of n samples: 0, b, 2b, …, n. A last batch of one sample is
   * merged into the one before, since batch norm has no variance for one sample.
   */
  static int[] batchBounds(int n, int batchSize) {
    int steps = (n - 1) / batchSize + 1;
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
}

package dev.rote.engine;

import dev.rote.data.DataSet;
import dev.rote.format.AtomicFile;
import dev.rote.format.TensorData;
import dev.rote.loss.Losses;
import dev.rote.noise.LabelNoise;
import dev.rote.noise.NoiseDraw;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunDirectory;
import dev.rote.run.RunId;
import dev.rote.run.RunRecord;
import dev.rote.run.RunSink;
import dev.rote.study.Device;
import dev.rote.study.Extras;
import dev.rote.study.RunSpec;
import dev.rote.text.InputException;
import dev.rote.train.LibtorchSettings;
import dev.rote.train.Trainer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * Trains one run to its end in this process, from its checkpoint if it has one. Every input is
 * first compared with its fingerprint in the plan.
 */
final class RunTraining {
  private RunTraining() {}

  /** Receives the progress of a run. */
  interface Listener {
    /** Reports a damaged file of the run; {@code line} says which, and where training continues. */
    void damaged(String line);

    /** Reports that training begins, or continues after {@code epochsDone} epochs. */
    void started(int epochsDone);

    /** Reports after every step that {@code fraction} of {@code epoch} is done. */
    void progress(int epoch, double fraction);

    /** An epoch has ended and is on disk. */
    void epoch(EpochRecord record);
  }

  /**
   * Trains a run, unless it has been finished since it was planned.
   *
   * @param planned the run, with the device and the number of threads to train it with if it begins
   *     now
   * @param extras what it does beside training
   * @param data where images are read
   * @throws InputException if the images, the labels or a file of the loss have changed since the
   *     run was planned, or the run was begun on another device
   * @throws IOException if the directory cannot be written or another process holds it
   */
  static void train(
      Path directory, RunRecord planned, Extras extras, DataSetCache data, Listener listener)
      throws IOException {
    try (RunDirectory run = RunDirectory.open(directory, planned, extras.keepWeights())) {
      if (run.isFinished()) {
        // By another computer, or by a worker that ended before it could say so.
        return;
      }
      RunRecord record = run.record();
      if (record.execution().device() != planned.execution().device()) {
        throw new InputException(
            "run %s was begun with --device %s: continue with that, or delete %s to start over"
                .formatted(record.id(), record.execution().device(), directory));
      }
      run.damage().ifPresent(listener::damaged);
      prepare(record);
      RunSpec spec = planned.spec();
      DataSet stored = data.load(spec.data(), planned.data().digest());
      NoiseDraw noise = draw(planned, stored);
      DataSet images = spec.inputs().of(stored, spec.seed());
      int[] original = images.train().originalLabels();
      try (Trainer trainer =
          new Trainer(
              spec,
              images,
              noise.observed(),
              original,
              record.execution().device(),
              extras.measures())) {
        run.checkpoint().ifPresent(trainer::restore);
        run.begin(
            record.with(
                trainer.parameterCount(),
                trainer.preprocessing(),
                libtorch(record.execution().device())),
            images.train().ids(),
            original,
            noise);
        listener.started(run.epochsDone());
        trainer.train(run.epochsDone(), reporting(run, spec, listener), listener::progress);
      }
    }
  }

  /** Draws the observed labels, and checks the files of noise and loss on the way. */
  private static NoiseDraw draw(RunRecord planned, DataSet images) {
    RunSpec spec = planned.spec();
    LabelNoise noise = spec.noise();
    if (!noise.fingerprint().equals(planned.noise().fingerprint())) {
      throw new InputException(
          "the file of " + spec.noise() + " has changed since the study was planned");
    }
    String loss = Losses.of(spec.loss()).fingerprint();
    if (!RunId.of(spec, planned.data().digest(), noise.fingerprint(), loss).equals(planned.id())) {
      throw new InputException(
          "a file of the loss " + spec.loss() + " has changed since the study was planned");
    }
    return noise.draw(images.train(), spec.seed());
  }

  /** Makes libtorch's settings for a run. */
  static void prepare(RunRecord record) {
    LibtorchSettings.apply(
        record.execution().device(),
        record.spec().protocol().precision(),
        record.execution().threads());
  }

  /** Returns the version of libtorch and its Java binding that this build uses. */
  static String libtorch() {
    Properties properties = new Properties();
    try (InputStream in = RunTraining.class.getResourceAsStream("libtorch.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static String libtorch(Device device) {
    return device == Device.CPU
        ? libtorch()
        : libtorch()
            + Gpu.first().map(gpu -> " on " + gpu.name() + ", driver " + gpu.driver()).orElse("")
            + (LibtorchSettings.deterministic() ? "" : ", not deterministic");
  }

  /** Reports an epoch once the directory has it. */
  private static RunSink reporting(RunDirectory run, RunSpec spec, Listener listener) {
    return new RunSink() {
      @Override
      public void epoch(EpochRecord record, int[] predictions, Map<String, TensorData> state)
          throws IOException {
        run.epoch(record, predictions, state);
        listener.epoch(record);
      }

      @Override
      public void statistics(Map<String, TensorData> statistics) throws IOException {
        run.statistics(statistics);
      }

      @Override
      public void network(AtomicFile.StreamContent onnx) throws IOException {
        // A fold's network is there for its held-out samples; to predict, there is the one on all.
        if (spec.data().fold().isEmpty()) {
          run.network(onnx);
        }
      }

      @Override
      public void finished(Map<String, TensorData> weights) throws IOException {
        run.finished(weights);
      }
    };
  }
}

package dev.rote.bench;

import dev.rote.data.DataSet;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelledImages;
import dev.rote.format.TensorData;
import dev.rote.noise.LabelNoise;
import dev.rote.noise.NoiseDraw;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunDirectory;
import dev.rote.run.RunRecord;
import dev.rote.run.RunSink;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.Precision;
import dev.rote.study.RunSpec;
import dev.rote.train.LibtorchSettings;
import dev.rote.train.Trainer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;

/**
 * Rote's own trainer, as a study's worker uses it. Its step takes the batch out of the data set,
 * standardizes it and counts correct predictions, which the steps of the other subjects do not.
 */
final class RoteTraining implements Training {
  private final Device device;
  private final Trainer trainer;
  private final RunSpec run;
  private final DataSet data;
  private final int[] labels;
  private final int stepsPerEpoch;

  /**
   * Prepares a run.
   *
   * @param data the images, which runs in one process share
   */
  RoteTraining(RandomImages images, DataSet data, Precision precision, int threads, Device device) {
    LibtorchSettings.apply(device, precision, threads);
    this.device = device;
    this.stepsPerEpoch = images.training() / Workload.BATCH;
    Workload workload = images.workload();
    DataSpec none = DataSpec.of("glyphs", Optional.empty());
    this.run =
        new RunSpec(
            none,
            LabelNoise.parse("none"),
            workload.network(),
            LossSpec.CCE,
            workload.protocol(precision),
            1);
    this.labels = RandomImages.labels(images.training());
    this.data = data;
    this.trainer = new Trainer(run, data, labels, labels, device);
  }

  @Override
  public long parameters() {
    return trainer.parameterCount();
  }

  @Override
  public String library() {
    return "libtorch " + Versions.libtorch();
  }

  @Override
  public void steps(StepClock clock) {
    clock.start();
    // The measurements at the end of an epoch belong to no step.
    train(new Epochs(clock::skip), new Steps(lap(clock), () -> {}));
  }

  /** Writes what a study writes of an epoch, too: beside the laps, since a lap's epoch is short. */
  @Override
  public void epochs(StepClock clock) {
    Path temporary = null;
    try {
      temporary = Files.createTempDirectory("rote-bench");
      try (RunDirectory directory = begin(temporary)) {
        clock.start();
        train(new StoredEpochs(clock, directory), new Steps(() -> {}, clock::trained));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      remove(temporary);
    }
  }

  private RunDirectory begin(Path path) throws IOException {
    LabelledImages train = data.train();
    NoiseDraw noise = run.noise().draw(train, run.seed());
    RunRecord record =
        new RunRecord(
            RunRecord.FORMAT,
            "bench",
            run,
            new RunRecord.Data(
                data.digest(),
                train.size(),
                data.test().map(LabelledImages::size).orElse(0),
                train.shape(),
                train.classNames()),
            new RunRecord.Noise(
                run.noise().fingerprint(), noise.realizedRate(), noise.realizedMatrix()),
            new RunRecord.Execution(device, torch.get_num_threads()),
            trainer.parameterCount(),
            RunRecord.Provenance.here());
    RunDirectory directory = RunDirectory.open(path, record);
    directory.begin(record, train.ids(), labels, noise);
    return directory;
  }

  private static void remove(Path directory) {
    if (directory == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      // what is left lies where the system clears up
    }
  }

  /** Makes each epoch a lap, and writes its files. */
  private record StoredEpochs(StepClock clock, RunDirectory directory) implements RunSink {
    @Override
    public void epoch(EpochRecord record, int[] predictions, Map<String, TensorData> state) {
      boolean more = clock.lap();
      clock.aside(
          () -> {
            try {
              directory.epoch(record, predictions, state);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      if (!more) {
        throw new Enough();
      }
    }

    @Override
    public void finished(Map<String, TensorData> weights) {}
  }

  private static Runnable lap(StepClock clock) {
    return () -> {
      if (!clock.lap()) {
        throw new Enough();
      }
    };
  }

  private void train(RunSink sink, Trainer.EpochProgress progress) {
    try {
      trainer.train(0, sink, progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Enough e) {
      // The trainer has no other end: it was promised epochs without number.
    }
  }

  /** Reports the end of each step, and of the last step of an epoch. */
  private final class Steps implements Trainer.EpochProgress {
    private final Runnable atEachStep;
    private final Runnable atLastStep;
    private int epoch;
    private int calls;

    Steps(Runnable atEachStep, Runnable atLastStep) {
      this.atEachStep = atEachStep;
      this.atLastStep = atLastStep;
    }

    @Override
    public void at(int newEpoch, double fraction) {
      if (newEpoch != epoch) {
        epoch = newEpoch;
        calls = 0;
      }
      calls++;
      // Later calls come from the measurements.
      if (calls <= stepsPerEpoch) {
        atEachStep.run();
      }
      if (calls == stepsPerEpoch) {
        atLastStep.run();
      }
    }
  }

  private record Epochs(Runnable atEnd) implements RunSink {
    @Override
    public void epoch(EpochRecord record, int[] predictions, Map<String, TensorData> state) {
      atEnd.run();
    }

    @Override
    public void finished(Map<String, TensorData> weights) {}
  }

  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1;

    Enough() {
      super("the clock has enough", null, false, false);
    }
  }

  @Override
  public void close() {
    trainer.close();
  }
}

package dev.rote.engine;

import dev.rote.data.DataSet;
import dev.rote.data.LabelledImages;
import dev.rote.run.RunRecord;
import dev.rote.study.Device;
import dev.rote.train.Pace;
import dev.rote.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** Measures in a worker how fast a run trains, on random images of the same data. */
final class SpeedTrial {
  private static final int BATCHES = 2;

  /** More, since reading the counts at the end of an epoch stalls a GPU. */
  private static final int BATCHES_ON_GPU = 60;

  private static final double SECONDS = 3;

  private final Trainer trainer;

  /** Prepares a trainer of the run's network, loss and protocol. */
  SpeedTrial(RunRecord record) {
    RunTraining.prepare(record);
    RunRecord.Data data = record.data();
    int batches = record.execution().device() == Device.CUDA ? BATCHES_ON_GPU : BATCHES;
    int n = batches * Math.min(record.spec().protocol().batchSize(), data.samples());
    byte[] pixels = new byte[n * data.shape().values()];
    Random random = new Random(1);
    random.nextBytes(pixels);
    int[] labels = random.ints(n, 0, data.classNames().size()).toArray();
    long[] ids = new long[n];
    LabelledImages images =
        new LabelledImages(
            data.shape(),
            data.classNames(),
            pixels,
            labels,
            Optional.empty(),
            ids,
            Optional.empty());
    // A run that holds a fold out measures its images.
    DataSet noise = new DataSet("random", images, record.spec().data().fold().map(held -> images));
    trainer = new Trainer(record.spec(), noise, labels, labels, record.execution().device());
  }

  /** Trains and measures for some seconds. */
  Message.Trial run() throws IOException {
    Pace pace = trainer.pace(SECONDS);
    return new Message.Trial(pace.training(), pace.measuring(), peakMemory());
  }

  /** Returns the peak resident memory in bytes; 0 if the system does not say. */
  private static long peakMemory() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    }
  }
}

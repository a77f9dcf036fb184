package dev.rote.worker;

import dev.rote.data.DataSet;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.format.TensorData;
import dev.rote.noise.LabelNoise;
import dev.rote.noise.NoiseDraw;
import dev.rote.run.EpochRecord;
import dev.rote.run.Json;
import dev.rote.run.RunDirectory;
import dev.rote.run.RunRecord;
import dev.rote.run.RunSink;
import dev.rote.study.Device;
import dev.rote.study.RunSpec;
import dev.rote.text.InputException;
import dev.rote.train.LibtorchSettings;
import dev.rote.train.Trainer;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A process that trains the runs that it is told on standard input, one after another, until that
 * ends. It ends with the process that started it, whatever becomes of that one.
 */
public final class Worker {
  /** Exit status of a worker that ran out of memory, so that the study can name the remedy. */
  static final int OUT_OF_MEMORY = 9;

  private static final long PROGRESS_INTERVAL_NANOS = 200_000_000;

  private final PrintStream reports;
  private DataSpec loadedSpec;
  private DataSet loaded;
  private Trainer trial;
  private long lastProgress;

  private Worker(PrintStream reports) {
    this.reports = reports;
  }

  /** Started by {@link StudyRunner}. */
  public static void main(String[] args) throws InterruptedException {
    PrintStream reports =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    Worker worker = new Worker(reports);
    BlockingQueue<Message.Job> jobs = new LinkedBlockingQueue<>();
    Thread listener = new Thread(() -> listen(jobs), "jobs");
    listener.setDaemon(true);
    listener.start();
    while (true) {
      worker.work(jobs.take());
    }
  }

  /**
   * Reads jobs; the end of the input means that the study is gone, and then so is the worker, at
   * once.
   */
  private static void listen(BlockingQueue<Message.Job> jobs) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        jobs.add(Json.LINE.readValue(line, Message.Job.class));
      }
    } catch (IOException e) {
      // as good as the end
    }
    Runtime.getRuntime().halt(0);
  }

  private void work(Message.Job job) {
    try {
      switch (job.task()) {
        case TRAIN -> {
          train(Path.of(job.directory()), job.record(), job.keepWeights());
          report(Message.Report.finished());
        }
        case PREPARE_TRIAL -> {
          trial = SpeedTrial.trainer(job.record());
          report(Message.Report.started(0));
        }
        case RUN_TRIAL -> report(Message.Report.tried(SpeedTrial.run(trial)));
      }
    } catch (InputException e) {
      report(Message.Report.refused(e.getMessage()));
    } catch (IOException e) {
      report(Message.Report.refused("cannot write " + job.directory() + ": " + e.getMessage()));
    } catch (OutOfMemoryError e) {
      Runtime.getRuntime().halt(OUT_OF_MEMORY);
    } catch (RuntimeException e) {
      e.printStackTrace();
      report(Message.Report.failed(reason(e)));
    }
  }

  /** Why a run failed, with the remedy where it is known. */
  static String reason(RuntimeException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    if (message.contains("CUDA out of memory")
        || message.contains("CUDA error: out of memory")
        || message.contains("_STATUS_ALLOC_FAILED")) {
      return "the GPU's memory is full: train fewer runs at once (--workers) or in smaller batches"
          + " (--batch-size)";
    }
    // libtorch's messages go on with a native stack trace.
    return message.lines().findFirst().orElse(e.toString());
  }

  /** Makes libtorch's settings for a run. */
  static void prepare(RunRecord record) {
    LibtorchSettings.apply(record.device(), record.spec().protocol().precision(), record.threads());
  }

  private static String libtorch(Device device) {
    return device == Device.CPU
        ? libtorch()
        : libtorch()
            + Gpu.first().map(gpu -> " on " + gpu.name() + ", driver " + gpu.driver()).orElse("");
  }

  private void train(Path directory, RunRecord planned, int keepWeights) throws IOException {
    try (RunDirectory run = RunDirectory.open(directory, planned, keepWeights)) {
      RunRecord record = run.record();
      if (record.device() != planned.device()) {
        throw new InputException(
            "run %s was begun with --device %s: go on with that, or delete %s to begin anew"
                .formatted(record.id(), record.device(), directory));
      }
      prepare(record);
      RunSpec spec = planned.spec();
      DataSet data = load(spec.data(), record.data().digest());
      int[] original = data.train().originalLabels();
      NoiseDraw noise = draw(spec, data);
      try (Trainer trainer = new Trainer(spec, data, noise.observed(), original, record.device())) {
        run.checkpoint().ifPresent(trainer::restore);
        run.begin(
            record.with(trainer.parameterCount(), libtorch(record.device())),
            data.train().ids(),
            original,
            noise);
        report(Message.Report.started(run.epochsDone()));
        trainer.train(run.epochsDone(), reporting(run), this::progress);
      }
    }
  }

  private static NoiseDraw draw(RunSpec spec, DataSet data) {
    return LabelNoise.parse(spec.noise()).draw(data.train(), spec.seed());
  }

  /** The build's version of libtorch and its Java binding. */
  static String libtorch() {
    Properties properties = new Properties();
    try (InputStream in = Worker.class.getResourceAsStream("libtorch.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private DataSet load(DataSpec spec, String digest) {
    if (!spec.equals(loadedSpec)) {
      loaded = DataSets.load(spec);
      loadedSpec = spec;
      if (!loaded.digest().equals(digest)) {
        loadedSpec = null;
        throw new InputException(
            "the images of " + spec.dataset() + " have changed since the study was planned");
      }
    }
    return loaded;
  }

  private void progress(int epoch, double fraction) {
    long now = System.nanoTime();
    if (now - lastProgress >= PROGRESS_INTERVAL_NANOS) {
      lastProgress = now;
      report(Message.Report.progress(epoch, fraction));
    }
  }

  private void report(Message.Report report) {
    reports.println(report.line());
  }

  /** Reports an epoch once the directory has it. */
  private RunSink reporting(RunDirectory run) {
    return new RunSink() {
      @Override
      public void epoch(EpochRecord record, int[] predictions, Map<String, TensorData> state)
          throws IOException {
        run.epoch(record, predictions, state);
        report(Message.Report.epoch(record));
      }

      @Override
      public void statistics(Map<String, TensorData> statistics) throws IOException {
        run.statistics(statistics);
      }

      @Override
      public void finished(Map<String, TensorData> weights) throws IOException {
        run.finished(weights);
      }
    };
  }
}

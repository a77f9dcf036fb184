package dev.rote.engine;

import dev.rote.data.DataSet;
import dev.rote.format.TensorData;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A process that trains the runs that it is told on standard input, until that ends. It has lanes,
 * each with a thread of its own, which take one run after another; on a GPU several share it, with
 * one copy of the images. It ends with the process that started it, whatever becomes of that one.
 */
public final class Worker {
  /** Exit status of a worker that ran out of memory, so that the study can name the remedy. */
  static final int OUT_OF_MEMORY = 9;

  /** Exit status of one whose GPU no longer does what it is told, whatever that is. */
  static final int GPU_LOST = 10;

  /** What libtorch, cuBLAS and cuDNN say of it; to cuDNN, no algorithm is one that has room. */
  private static final List<String> FULL_MEMORY =
      List.of(
          "CUDA out of memory",
          "CUDA error: out of memory",
          "_STATUS_ALLOC_FAILED",
          "Unable to find a valid cuDNN algorithm",
          "unable to find an engine to execute this computation");

  private static final long PROGRESS_INTERVAL_NANOS = 200_000_000;
  private static final DataSetCache DATA = new DataSetCache();

  private final int lane;
  private final PrintStream reports;
  private Trainer trial;
  private long lastProgress;

  private Worker(int lane, PrintStream reports) {
    this.lane = lane;
    this.reports = reports;
  }

  /** Started by {@link StudyRunner}. */
  public static void main(String[] args) {
    PrintStream reports =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    Map<Integer, BlockingQueue<Message.Job>> lanes = new HashMap<>();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Message.Job job = Json.LINE.readValue(line, Message.Job.class);
        lanes.computeIfAbsent(job.lane(), lane -> start(lane, reports)).add(job);
      }
    } catch (IOException e) {
      // as good as the end
    }
    // The study is gone, and then so is the worker, at once.
    Runtime.getRuntime().halt(0);
  }

  private static BlockingQueue<Message.Job> start(int lane, PrintStream reports) {
    BlockingQueue<Message.Job> jobs = new LinkedBlockingQueue<>();
    Worker worker = new Worker(lane, reports);
    new Thread(() -> worker.work(jobs), "lane-" + lane).start();
    return jobs;
  }

  private void work(BlockingQueue<Message.Job> jobs) {
    try {
      while (true) {
        work(jobs.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Error e) {
      // Without its thread a lane would be silent for ever.
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
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
      Message.Report failure = failure(e);
      if (failure.kind() == Message.Kind.FULL) {
        // What a trainer held that came not far enough to be closed, only the collector frees.
        System.gc();
      } else if (failure.text().contains("CUDA error")) {
        // After such an error all that the process asks of the GPU fails.
        Runtime.getRuntime().halt(GPU_LOST);
      }
      report(failure);
    }
  }

  /** What is to be said of a run that failed, with the remedy where it is known. */
  static Message.Report failure(RuntimeException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    if (FULL_MEMORY.stream().anyMatch(message::contains)) {
      return Message.Report.full(
          "the GPU's memory is full: train fewer runs at once (--workers) or in smaller batches"
              + " (--batch-size)");
    }
    // libtorch's messages go on with a native stack trace.
    return Message.Report.failed(message.lines().findFirst().orElse(e.toString()));
  }

  /** Makes libtorch's settings for a run. */
  static void prepare(RunRecord record) {
    LibtorchSettings.apply(record.device(), record.spec().protocol().precision(), record.threads());
  }

  private static String libtorch(Device device) {
    return device == Device.CPU
        ? libtorch()
        : libtorch()
            + Gpu.first().map(gpu -> " on " + gpu.name() + ", driver " + gpu.driver()).orElse("")
            + (LibtorchSettings.deterministic() ? "" : ", not deterministic");
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
      DataSet data = DATA.load(spec.data(), record.data().digest());
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
    return spec.noise().draw(data.train(), spec.seed());
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

  private void progress(int epoch, double fraction) {
    long now = System.nanoTime();
    if (now - lastProgress >= PROGRESS_INTERVAL_NANOS) {
      lastProgress = now;
      report(Message.Report.progress(epoch, fraction));
    }
  }

  private void report(Message.Report report) {
    reports.println(report.from(lane).line());
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

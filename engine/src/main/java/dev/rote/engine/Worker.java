package dev.rote.engine;

import dev.rote.run.EpochRecord;
import dev.rote.run.RunLease;
import dev.rote.text.InputException;
import dev.rote.text.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A process that trains runs. It has lanes, each with its own thread, which train one run after
 * another; on a GPU several share it, with one copy of the images. It ends when its connection to
 * the study ends, regardless of what happens to the parent process.
 */
public final class Worker {
  /** Exit status of a worker that ran out of memory, so that the study can name the remedy. */
  static final int OUT_OF_MEMORY = 9;

  /** Exit status of a worker whose GPU fails at every call. */
  static final int GPU_LOST = 10;

  /** How libtorch, cuBLAS and cuDNN say that the GPU's memory is full. */
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
  private final WorkerChannel study;
  private SpeedTrial trial;

  private Worker(int lane, WorkerChannel study) {
    this.lane = lane;
    this.study = study;
  }

  /** Runs the process that {@link WorkerProcess} starts. */
  public static void main(String[] args) {
    Program.writeNumbersAlike();
    Map<Integer, BlockingQueue<Message.Job>> lanes = new HashMap<>();
    try (WorkerChannel study = WorkerChannel.toStudy()) {
      startHeartbeat(study);
      for (Optional<Message.Job> job = study.receive(Message.Job.class);
          job.isPresent();
          job = study.receive(Message.Job.class)) {
        lanes.computeIfAbsent(job.get().lane(), lane -> start(lane, study)).add(job.get());
      }
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
    }
    // Without a study the results have no recipient.
    Runtime.getRuntime().halt(0);
  }

  private static void startHeartbeat(WorkerChannel study) {
    Thread heartbeat =
        new Thread(
            () -> {
              try {
                while (true) {
                  send(study, Message.Report.alive());
                  Thread.sleep(Patience.BEAT.toMillis());
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "heartbeat");
    heartbeat.setDaemon(true);
    heartbeat.start();
  }

  private static void send(WorkerChannel study, Message.Report report) {
    try {
      study.send(report);
    } catch (IOException e) {
      Runtime.getRuntime().halt(0); // the study is gone
    }
  }

  private static BlockingQueue<Message.Job> start(int lane, WorkerChannel study) {
    BlockingQueue<Message.Job> jobs = new LinkedBlockingQueue<>();
    Worker worker = new Worker(lane, study);
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
      // Without its thread the lane would be silent forever.
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private void work(Message.Job job) {
    try {
      switch (job.task()) {
        case TRAIN -> {
          RunTraining.train(
              Path.of(job.directory()), job.record(), job.extras(), DATA, new Reports());
          report(Message.Report.finished());
        }
        case PREPARE_TRIAL -> {
          trial = new SpeedTrial(job.record());
          report(Message.Report.started(0));
        }
        case RUN_TRIAL -> report(Message.Report.tried(trial.run()));
      }
    } catch (InputException e) {
      report(Message.Report.refused(e.getMessage()));
    } catch (RunLease.HeldException e) {
      report(Message.Report.busy(e.getMessage()));
    } catch (IOException e) {
      report(Message.Report.refused("cannot write " + job.directory() + ": " + e.getMessage()));
    } catch (OutOfMemoryError e) {
      Runtime.getRuntime().halt(OUT_OF_MEMORY);
    } catch (RuntimeException e) {
      e.printStackTrace();
      Message.Report failure = failure(e);
      if (failure.kind() == Message.Kind.FULL) {
        // Only the collector frees what a trainer held that did not get far enough to be closed.
        System.gc();
      } else if (failure.text().contains("CUDA error")) {
        // After such an error every call to the GPU fails in this process.
        Runtime.getRuntime().halt(GPU_LOST);
      }
      report(failure);
    }
  }

  /** Says why a run failed, with the remedy where it is known. */
  static Message.Report failure(RuntimeException e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    if (FULL_MEMORY.stream().anyMatch(message::contains)) {
      return Message.Report.full(
          "the GPU's memory is full: train fewer runs at once (--workers) or in smaller batches"
              + " (--batch-size)");
    }
    // After the first line libtorch's messages have a native stack trace.
    return Message.Report.failed(message.lines().findFirst().orElse(e.toString()));
  }

  private void report(Message.Report report) {
    send(study, report.from(lane));
  }

  /** Reports the progress of a run, a few times a second. */
  private final class Reports implements RunTraining.Listener {
    private long lastProgress;

    @Override
    public void damaged(String line) {
      report(Message.Report.damaged(line));
    }

    @Override
    public void started(int epochsDone) {
      report(Message.Report.started(epochsDone));
    }

    @Override
    public void progress(int epoch, double fraction) {
      long now = System.nanoTime();
      if (now - lastProgress >= PROGRESS_INTERVAL_NANOS) {
        lastProgress = now;
        report(Message.Report.progress(epoch, fraction));
      }
    }

    @Override
    public void epoch(EpochRecord record) {
      report(Message.Report.epoch(record));
    }
  }
}

package dev.rote.spark;

import dev.rote.engine.PlannedRun;
import dev.rote.engine.SingleRun;
import dev.rote.engine.StudyListener;
import dev.rote.engine.WorkerPlace;
import dev.rote.format.Directories;
import dev.rote.run.EpochRecord;
import dev.rote.run.Json;
import dev.rote.run.RunLease;
import dev.rote.run.RunPlan;
import dev.rote.run.StoredRun;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Trains one run in a worker process beside the executor, so that a crash of native code costs one
 * task. An interrupted run throws, and Spark tries the task again, from the checkpoint. A run that
 * is refused or fails is a result: another attempt would end in the same way.
 */
final class RunTask implements Function<RunTask.Job, RunTask.Result> {
  private static final long serialVersionUID = 1;

  /** Attempts at a run; then its interruption is a result, since an exception would end the job. */
  static final int ATTEMPTS = 20;

  private static final long POLL_MILLIS = 500;

  private final String store;
  private final SerializableConfiguration configuration;

  /**
   * Describes how to train runs.
   *
   * @param store address of the store that keeps them; empty: they are in directories that all
   *     machines share
   * @param configuration how the store is reached
   */
  RunTask(String store, SerializableConfiguration configuration) {
    this.store = store;
    this.configuration = configuration;
  }

  /**
   * A run to train.
   *
   * @param directory the run's directory, named as the run
   * @param plan its {@link RunPlan} as JSON, if a store keeps the run; else it is in the directory
   */
  record Job(String directory, String plan) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /** The result of the run in a directory; the ending is the name of {@link SingleRun.Ending}. */
  record Result(String directory, String ending, String reason) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /** Thrown to have Spark try a run again. */
  static final class InterruptedRunException extends Exception {
    private static final long serialVersionUID = 1;

    InterruptedRunException(String message) {
      super(message);
    }
  }

  @Override
  public Result call(Job job) throws Exception {
    Path directory = Path.of(job.directory());
    try {
      SingleRun.Outcome outcome =
          store.isEmpty()
              ? train(directory, new StudyListener() {})
              : trainInStore(directory.getFileName().toString(), job.plan());
      if (outcome.ending() == SingleRun.Ending.INTERRUPTED
          && TaskContext.get().attemptNumber() + 1 < ATTEMPTS) {
        throw new InterruptedRunException(outcome.reason());
      }
      return new Result(job.directory(), outcome.ending().name(), outcome.reason());
    } catch (InputException e) {
      return new Result(job.directory(), SingleRun.Ending.REFUSED.name(), e.getMessage());
    }
  }

  private static SingleRun.Outcome train(Path directory, StudyListener listener)
      throws IOException, InterruptedException {
    waitForLease(directory);
    PlannedRun planned = SingleRun.read(directory, Optional.empty());
    try (SingleRun run =
        new SingleRun(planned, new WorkerPlace(ClassPathJars.ofWorker(), environment()))) {
      return run.train(listener);
    }
  }

  /**
   * Trains a run from its newest state in the store, below the executor's working directory: that
   * is removed with the executor, however it ends.
   */
  private SingleRun.Outcome trainInStore(String id, String plan)
      throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory(Path.of("").toAbsolutePath(), "rote-run-");
    try {
      Path directory = scratch.resolve(id);
      Json.LINE.readValue(plan, RunPlan.class).write(directory);
      RunStore runs = new RunStore(store, configuration.value());
      runs.fetch(directory);
      if (StoredRun.read(directory).map(StoredRun::finished).orElse(false)) {
        return new SingleRun.Outcome(SingleRun.Ending.FINISHED, "");
      }
      RunStore.Attempt attempt = runs.attempt(directory);
      SingleRun.Outcome outcome = train(directory, new Storing(attempt));
      attempt.store();
      return outcome;
    } catch (IOException e) {
      return new SingleRun.Outcome(
          SingleRun.Ending.INTERRUPTED, "cannot use the store " + store + ": " + e.getMessage());
    } finally {
      discard(scratch);
    }
  }

  private static void discard(Path scratch) {
    try {
      Directories.delete(scratch);
    } catch (IOException e) {
      // A worker that was just killed may still write; a file that stays can be ignored.
    }
  }

  /** Stores a run after each epoch. */
  private record Storing(RunStore.Attempt attempt) implements StudyListener {
    @Override
    public void epoch(PlannedRun run, EpochRecord record) {
      try {
        attempt.store();
      } catch (IOException e) {
        // The next epoch is stored with all that is missing, or the end of the run fails.
        System.err.println(run.label() + ": epoch " + record.epoch() + " is not stored: " + e);
      }
    }
  }

  /**
   * Waits while a process trains the run that an earlier attempt has left behind, on a machine that
   * Spark has lost for example. If it lives, it finishes the run.
   */
  private static void waitForLease(Path directory) throws IOException, InterruptedException {
    while (RunLease.holder(directory).isPresent()) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Shows the worker the GPU that Spark has assigned to the task, and no other. */
  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    ResourceInformation gpu = TaskContext.get().resourcesJMap().get("gpu");
    if (gpu != null && gpu.addresses().length > 0) {
      environment.put("CUDA_VISIBLE_DEVICES", gpu.addresses()[0]);
    }
    return environment;
  }
}

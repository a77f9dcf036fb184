package dev.rote.spark;

import dev.rote.engine.PlannedRun;
import dev.rote.engine.SingleRun;
import dev.rote.engine.StudyListener;
import dev.rote.engine.WorkerPlace;
import dev.rote.run.RunLease;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.resource.ResourceInformation;

/**
 * Trains one run in a worker process beside the executor, so that a crash of native code costs one
 * task. An interrupted run throws, and Spark tries the task again, from the checkpoint. A run that
 * is refused or fails is a result: another attempt would end in the same way.
 */
final class RunTask implements Function<String, RunTask.Result> {
  private static final long serialVersionUID = 1;

  /** Attempts at a run; then its interruption is a result, since an exception would end the job. */
  static final int ATTEMPTS = 20;

  private static final long POLL_MILLIS = 500;

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
  public Result call(String directory) throws Exception {
    try {
      SingleRun.Outcome outcome = train(Path.of(directory));
      if (outcome.ending() == SingleRun.Ending.INTERRUPTED
          && TaskContext.get().attemptNumber() + 1 < ATTEMPTS) {
        throw new InterruptedRunException(outcome.reason());
      }
      return new Result(directory, outcome.ending().name(), outcome.reason());
    } catch (InputException e) {
      return new Result(directory, SingleRun.Ending.REFUSED.name(), e.getMessage());
    }
  }

  private static SingleRun.Outcome train(Path directory) throws IOException, InterruptedException {
    waitForLease(directory);
    PlannedRun planned = SingleRun.read(directory, Optional.empty());
    try (SingleRun run =
        new SingleRun(planned, new WorkerPlace(ClassPathJars.ofWorker(), environment()))) {
      return run.train(new StudyListener() {});
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

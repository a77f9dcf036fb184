package dev.rote.spark;

import dev.rote.cluster.ClusterJob;
import dev.rote.engine.Allocation;
import dev.rote.engine.Launcher;
import dev.rote.engine.PlannedRun;
import dev.rote.engine.SingleRun;
import dev.rote.engine.StudyListener;
import dev.rote.run.Json;
import dev.rote.run.RunPlan;
import dev.rote.study.Device;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Trains runs on Apache Spark. Each run is one task, the longest first, in a worker process beside
 * the executor. The results are in the run directories, which all machines see under the same path,
 * or in a {@link RunStore}, from which this process brings finished runs to their directories. It
 * follows either to tell its listener of epochs.
 *
 * <p>A task that is lost with its executor or its worker is tried again by Spark and continues from
 * the last epoch. If this process ends, executors end as well, and unfinished runs keep their
 * checkpoints.
 */
public final class SparkLauncher implements Launcher {
  private static final String GROUP = "rote";
  private static final String GPU_AMOUNT = "spark.task.resource.gpu.amount";
  private static final long POLL_MILLIS = 500;

  /** Stores charge for each request. */
  private static final long POLL_STORE_MILLIS = 10_000;

  /** How long caches of a shared file system may hide what a task has written. */
  private static final Duration CACHES = Duration.ofSeconds(90);

  private final JavaSparkContext spark;
  private final Allocation each;
  private final Optional<String> storeUrl;
  private final Optional<RunStore> store;

  private SparkLauncher(JavaSparkContext spark, Allocation each, Optional<String> storeUrl) {
    this.spark = spark;
    this.each = each;
    this.storeUrl = storeUrl;
    store = storeUrl.map(url -> RunStore.checked(url, spark.hadoopConfiguration()));
  }

  /**
   * Connects to a cluster. System properties that begin with {@code spark.} configure it.
   *
   * @param master address of the cluster; empty: {@code spark.master}, as spark-submit sets it
   * @param out directory of the study
   * @param each device and threads of each run
   * @param store address of an object store that keeps the runs while they train; empty: all
   *     machines see {@code out}
   * @throws InputException if the cluster cannot be reached or the store cannot be written
   */
  public static SparkLauncher connect(
      String master, Path out, Allocation each, Optional<String> store) {
    SparkConf conf = new SparkConf().setIfMissing("spark.app.name", "rote " + out.getFileName());
    if (!master.isEmpty()) {
      conf.setMaster(master);
    }
    if (!conf.contains("spark.master")) {
      throw new InputException("no Spark master is given");
    }
    // A second copy of a run would only wait for the first.
    conf.set("spark.speculation", "false");
    conf.setIfMissing("spark.task.maxFailures", Integer.toString(2 * RunTask.ATTEMPTS));
    conf.setIfMissing("spark.task.cpus", Integer.toString(each.threads()));
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    conf.setIfMissing("spark.log.level", "WARN");
    if (!conf.contains("spark.jars") && !conf.contains("spark.executor.extraClassPath")) {
      conf.set("spark.jars", String.join(",", jars(conf)));
    }
    JavaSparkContext spark;
    try {
      spark = new JavaSparkContext(conf);
    } catch (Exception e) {
      // Spark throws checked exceptions that it does not declare.
      throw unreachable(conf, e);
    }
    try {
      return new SparkLauncher(spark, each, store);
    } catch (InputException e) {
      spark.close();
      throw e;
    }
  }

  private static List<String> jars(SparkConf conf) {
    String home = conf.get("spark.home", System.getenv().getOrDefault("SPARK_HOME", ""));
    if (home.isEmpty()) {
      throw new InputException("SPARK_HOME is not set: set it to the directory of Spark");
    }
    try {
      Path packed = Files.createTempDirectory("rote-jars");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(packed)));
      return ClassPathJars.toSend(Path.of(home), packed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path packed) {
    try (var files = Files.list(packed)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(packed);
    } catch (IOException e) {
      // A file that stays in the temporary directory can be ignored.
    }
  }

  private static InputException unreachable(SparkConf conf, Exception e) {
    return new InputException(
        "cannot connect to Spark at " + conf.get("spark.master") + ": " + firstLine(e), e);
  }

  @Override
  public void train(List<PlannedRun> runs, StudyListener told) throws InterruptedException {
    RunFollower follower = new RunFollower(runs, store, told);
    List<PlannedRun> unfinished = ClusterJob.longestFirst(unfinished(runs, follower));
    if (unfinished.isEmpty()) {
      return;
    }
    Tasks tasks = new Tasks(unfinished, follower);
    spark.sc().addSparkListener(tasks);
    spark.setJobGroup(GROUP, unfinished.size() + " runs", true);
    JavaFutureAction<List<RunTask.Result>> job = submit(unfinished);
    try {
      List<RunTask.Result> results = await(job, follower);
      tell(unfinished, results, follower);
    } catch (InterruptedException e) {
      job.cancel(true);
      throw e;
    } finally {
      spark.sc().removeSparkListener(tasks);
    }
  }

  /** Returns the runs that must be trained, and brings store and directories to one state. */
  private List<PlannedRun> unfinished(List<PlannedRun> runs, RunFollower follower) {
    List<PlannedRun> unfinished = new ArrayList<>();
    for (PlannedRun run : runs) {
      if (!run.finished() && (store.isEmpty() || !finishedIn(store.get(), run, follower))) {
        unfinished.add(run);
      }
    }
    return unfinished;
  }

  private boolean finishedIn(RunStore runs, PlannedRun run, RunFollower follower) {
    try {
      Optional<RunStore.State> newest = runs.newest(run.id());
      if (newest.map(RunStore.State::epochs).orElse(0) < run.epochsDone()) {
        runs.attempt(run.directory()).store();
      }
      return newest.map(RunStore.State::finished).orElse(false) && follower.finished(run);
    } catch (IOException e) {
      throw new InputException(
          "cannot use --store " + storeUrl.orElseThrow() + ": " + firstLine(e), e);
    }
  }

  private JavaFutureAction<List<RunTask.Result>> submit(List<PlannedRun> runs) {
    JavaRDD<RunTask.Job> tasks =
        spark
            .parallelize(runs.stream().map(this::job).toList(), runs.size())
            .withResources(resources());
    return tasks
        .map(
            new RunTask(
                storeUrl.orElse(""), new SerializableConfiguration(spark.hadoopConfiguration())))
        .collectAsync();
  }

  private RunTask.Job job(PlannedRun run) {
    return new RunTask.Job(
        path(run),
        store.isEmpty()
            ? ""
            : Json.LINE.writeValueAsString(RunPlan.read(run.directory()).orElseThrow()));
  }

  private static String path(PlannedRun run) {
    return run.directory().toAbsolutePath().normalize().toString();
  }

  private ResourceProfile resources() {
    TaskResourceRequests requests = new TaskResourceRequests().cpus(each.threads());
    if (each.device() == Device.CUDA) {
      requests.resource("gpu", spark.getConf().getDouble(GPU_AMOUNT, 1));
    }
    return new ResourceProfileBuilder().require(requests).build();
  }

  private List<RunTask.Result> await(
      JavaFutureAction<List<RunTask.Result>> job, RunFollower follower)
      throws InterruptedException {
    while (true) {
      try {
        return job.get(store.isEmpty() ? POLL_MILLIS : POLL_STORE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        follower.look();
      } catch (ExecutionException e) {
        // Spark has given the job up; the directories tell which runs are finished.
        Throwable cause = e.getCause() instanceof SparkException s ? s : e;
        follower.notice("Spark ended the job: " + firstLine(cause));
        return List.of();
      }
    }
  }

  private static void tell(
      List<PlannedRun> runs, List<RunTask.Result> results, RunFollower follower)
      throws InterruptedException {
    Map<String, RunTask.Result> byDirectory =
        results.stream().collect(Collectors.toMap(RunTask.Result::directory, Function.identity()));
    long deadline = System.nanoTime() + CACHES.toNanos();
    for (PlannedRun run : runs) {
      RunTask.Result result = byDirectory.get(path(run));
      String ending = result == null ? "" : result.ending();
      if (ending.equals(SingleRun.Ending.FINISHED.name())) {
        while (!follower.finished(run) && System.nanoTime() < deadline) {
          Thread.sleep(POLL_MILLIS);
        }
        if (!follower.finished(run)) {
          follower.failed(run, "its results cannot be read", false);
        }
      } else if (!follower.finished(run)) {
        follower.failed(
            run,
            result == null ? "Spark gave the run up" : result.reason(),
            ending.equals(SingleRun.Ending.REFUSED.name()));
      }
    }
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }

  @Override
  public void close() {
    spark.close();
  }

  /** Tells the follower which tasks are running, have ended, or are tried again. */
  private static final class Tasks extends SparkListener {
    private final List<PlannedRun> runs;
    private final RunFollower follower;

    Tasks(List<PlannedRun> runs, RunFollower follower) {
      this.runs = runs;
      this.follower = follower;
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      follower.begins(runs.get(start.taskInfo().index()));
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.reason() instanceof TaskFailedReason failed) {
        follower.retrying(
            runs.get(end.taskInfo().index()),
            failed.toErrorString().lines().findFirst().orElse("task failed"));
      }
    }
  }
}

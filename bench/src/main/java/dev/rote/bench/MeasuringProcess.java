package dev.rote.bench;

import dev.rote.data.DataSet;
import dev.rote.study.Device;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/**
 * Measures one subject once, in a process of its own, since one process cannot load two versions of
 * libtorch, and since the state of the allocator must not affect the next subject.
 */
final class MeasuringProcess {
  /** An epoch's images: the paper's 50,000 and 10,000, on processors at a scale of 1:16. */
  private static final int EPOCH_BATCHES = 24;

  private static final int EPOCH_TEST_IMAGES = 614;
  private static final int EPOCH_BATCHES_ON_GPU = 391;
  private static final int EPOCH_TEST_IMAGES_ON_GPU = 10_000;
  private static final int STEP_BATCHES = 64;
  private static final int WARM_UP_STEPS = 4;
  private static final double WARM_UP_SHARE = 0.3;
  private static final int LEAST_STEPS = 3;

  private MeasuringProcess() {}

  /** Measures one {@link Task}, which the benchmark passes as an argument. */
  public static void main(String[] arguments) throws InterruptedException {
    Task task = Task.parse(arguments);
    Signal signal = new Signal(task.runs());
    RandomImages images = images(task);
    Optional<DataSet> shared = task.runs() == 1 ? Optional.empty() : Optional.of(images.dataSet());
    List<ProcessReport.Result> results = Collections.synchronizedList(new ArrayList<>());
    List<Thread> runs = new ArrayList<>();
    for (int i = 0; i < task.runs(); i++) {
      Thread run = new Thread(() -> results.add(measure(task, images, shared, signal)));
      run.setUncaughtExceptionHandler(
          (thread, failure) -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
          });
      run.start();
      runs.add(run);
    }
    for (Thread run : runs) {
      run.join();
    }
    System.out.println(ProcessReport.line(ProcessReport.Result.together(results)));
    // Native threads of some libraries would keep the process.
    Runtime.getRuntime().halt(0);
  }

  private static ProcessReport.Result measure(
      Task task, RandomImages images, Optional<DataSet> shared, Signal signal) {
    try (Training training = training(task, images, shared)) {
      StepClock.Limit warmUp = new StepClock.Limit(WARM_UP_SHARE * task.seconds(), WARM_UP_STEPS);
      StepClock.Limit none = new StepClock.Limit(0, 0);
      StepClock clock;
      if (task.epochs()) {
        training.steps(new StepClock(System::nanoTime, warmUp, none, new Silent()));
        clock =
            new StepClock(
                System::nanoTime,
                none,
                new StepClock.Limit(task.seconds(), 1),
                new Reporting(signal, false));
        training.epochs(clock);
      } else {
        clock =
            new StepClock(
                System::nanoTime,
                warmUp,
                new StepClock.Limit(task.seconds(), LEAST_STEPS),
                new Reporting(signal, task.subject() == Subject.LIMIT));
        training.steps(clock);
      }
      return new ProcessReport.Result(
          training.parameters(),
          training.library(),
          clock.laps(),
          clock.seconds(),
          clock.measuringSeconds(),
          clock.asideSeconds());
    }
  }

  /** Images of a lap: a batch, or an epoch's training images. */
  static int imagesPerLap(boolean epochs, Device device) {
    int batches = device == Device.CUDA ? EPOCH_BATCHES_ON_GPU : EPOCH_BATCHES;
    return Workload.BATCH * (epochs ? batches : 1);
  }

  /** Returns the number of test images of an epoch for each training image. */
  static double testShare(Device device) {
    double test = device == Device.CUDA ? EPOCH_TEST_IMAGES_ON_GPU : EPOCH_TEST_IMAGES;
    return test / imagesPerLap(true, device);
  }

  /** Returns the images that a task trains on and, in epochs, is tested on. */
  static RandomImages images(Task task) {
    if (!task.epochs()) {
      return new RandomImages(task.workload(), Workload.BATCH * STEP_BATCHES, 0);
    }
    return new RandomImages(
        task.workload(),
        imagesPerLap(true, task.device()),
        task.device() == Device.CUDA ? EPOCH_TEST_IMAGES_ON_GPU : EPOCH_TEST_IMAGES);
  }

  /**
   * What trains.
   *
   * @param shared the images as a data set, where runs of this process share them
   */
  private static Training training(Task task, RandomImages images, Optional<DataSet> shared) {
    return switch (task.subject()) {
      case PLAIN -> new PlainTraining(images, task.threads(), task.device());
      case ROTE, LIMIT ->
          new RoteTraining(
              images,
              shared.orElseGet(images::dataSet),
              task.precision(),
              task.threads(),
              task.device());
      case DJL -> new DjlTraining(images);
      case PYTORCH, PYTORCH_COMPILE ->
          throw new IllegalArgumentException(task.subject() + " trains in Python");
    };
  }

  private static class Silent implements StepClock.Listener {
    @Override
    public void ready() {}

    @Override
    public void lap() {}

    @Override
    public void skipped() {}
  }

  /** Tells the benchmark when all runs of the process are warm, and waits for its signal. */
  private static final class Signal {
    private final CyclicBarrier allWarm;

    Signal(int runs) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      allWarm = new CyclicBarrier(runs, () -> exchange(in));
    }

    private static void exchange(BufferedReader in) {
      System.out.println(ProcessReport.line(ProcessReport.Kind.READY));
      try {
        if (in.readLine() == null) {
          // The benchmark is gone.
          Runtime.getRuntime().halt(1);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void await() {
      try {
        allWarm.await();
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Tells the benchmark, and waits for its signal. */
  private static final class Reporting extends Silent {
    private final Signal signal;
    private final boolean laps;

    Reporting(Signal signal, boolean laps) {
      this.signal = signal;
      this.laps = laps;
    }

    @Override
    public void ready() {
      signal.await();
    }

    @Override
    public void lap() {
      if (laps) {
        System.out.println(ProcessReport.line(ProcessReport.Kind.LAP));
      }
    }

    @Override
    public void skipped() {
      if (laps) {
        System.out.println(ProcessReport.line(ProcessReport.Kind.SKIPPED));
      }
    }
  }
}

package dev.rote.engine;

import dev.rote.data.ImageShape;
import dev.rote.format.AtomicFile;
import dev.rote.run.Json;
import dev.rote.run.RunRecord;
import dev.rote.study.Device;
import dev.rote.study.NetworkName;
import dev.rote.study.Precision;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds out how this machine trains a study fastest: many runs at once on one thread each, or fewer
 * on more. Each allocation is tried for some seconds with all its workers at once, and the speeds
 * are kept in a file, so that each is tried only once.
 */
public final class SpeedMeter {
  /** Trials take seconds; a study that is expected to be shorter than this goes without. */
  static final double WORTH_A_TRIAL_SECONDS = 600;

  private static final double MEMORY_SHARE = 0.85;

  private final Path file;
  private final int processors;
  private final Consumer<String> notice;

  /**
   * Creates a meter with its own file.
   *
   * @param file where speeds are kept from call to call
   * @param notice receives in words what is being tried
   */
  SpeedMeter(Path file, int processors, Consumer<String> notice) {
    this.file = file;
    this.processors = processors;
    this.notice = notice;
  }

  /**
   * Creates a meter that keeps speeds in {@code .rote/speeds.json} in the user's home directory.
   */
  public static SpeedMeter ofThisMachine(Consumer<String> notice) {
    return new SpeedMeter(
        Path.of(System.getProperty("user.home"), ".rote", "speeds.json"),
        Runtime.getRuntime().availableProcessors(),
        notice);
  }

  /** Everything that a speed depends on. */
  record Workload(Software software, Training training, ImageShape shape, int classes) {
    /** The machine and the software. */
    record Software(String machine, String version) {}

    /** The computation of a step. */
    record Training(NetworkName network, Precision precision, String optimizer, int batchSize) {}

    static Workload of(RunRecord record, int processors, Optional<Gpu> gpu) {
      var protocol = record.spec().protocol();
      var data = record.data();
      return new Workload(
          new Software(
              record.provenance().processor()
                  + ", "
                  + processors
                  + " processors"
                  + gpu.map(g -> ", " + g.name()).orElse(""),
              record.provenance().rote().replaceAll(" .*", "") + " on " + RunTraining.libtorch()),
          new Training(
              record.spec().network(),
              protocol.precision(),
              protocol.optimizer().name(),
              protocol.batchSize()),
          data.shape(),
          data.classNames().size());
    }
  }

  /** The speeds of one workload. */
  record Entry(Workload workload, List<Speed> speeds) {}

  /** The whole file. */
  record Content(List<Entry> entries) {}

  /**
   * Chooses an allocation for the unfinished runs of a study. A long study is tried out where that
   * has not been done before.
   */
  public Choice choose(StudyPlan plan, Device device, Machine machine)
      throws IOException, InterruptedException {
    int unfinished = plan.unfinished().size();
    Allocation untried = untried(device, unfinished, machine);
    return unfinished == 0
        ? new Choice(untried, Optional.empty())
        : choose(
            plan,
            unfinished,
            TimeEstimate.typical(plan, untried.workers()).toSeconds() >= WORTH_A_TRIAL_SECONDS,
            device,
            machine);
  }

  /** Returns the requested allocation, or the one that needs no trial. */
  public Allocation untried(Device device, int runs, Machine machine) {
    return machine
        .stated(device, runs, processors)
        .orElseGet(() -> Allocation.even(device, runs, processors));
  }

  /**
   * Chooses an allocation for any number of runs on such images.
   *
   * @param worthATrial whether to try allocations of unknown speed
   */
  public Choice choose(
      StudyPlan plan, int runs, boolean worthATrial, Device device, Machine machine)
      throws IOException, InterruptedException {
    Optional<Gpu> gpu = device == Device.CUDA ? Gpu.first() : Optional.empty();
    Optional<Allocation> stated = machine.stated(device, runs, processors);
    RunRecord record = plan.runs().get(0).record();
    Workload workload = Workload.of(record, processors, gpu);
    Content content = read();
    List<Speed> speeds =
        new ArrayList<>(
            content.entries().stream()
                .filter(entry -> entry.workload().equals(workload))
                .findFirst()
                .map(Entry::speeds)
                .orElse(List.of()));
    long images =
        2L * (plan.data().samples() + plan.data().testSamples()) * plan.data().shape().values();
    if (worthATrial) {
      List<Allocation> candidates =
          stated
              .map(List::of)
              .orElseGet(
                  () ->
                      Allocation.candidates(
                          device, runs, processors, mostWorkers(speeds, images, gpu)));
      if (tryOut(record, candidates, speeds, stated.isPresent(), images, gpu)) {
        keep(content, new Entry(workload, List.copyOf(speeds)));
      }
    }
    int most = Math.min(mostWorkers(speeds, images, gpu), runs);
    List<Speed> usable =
        speeds.stream()
            .filter(
                speed ->
                    stated
                        .map(speed.allocation()::equals)
                        .orElse(speed.allocation().workers() <= most))
            .toList();
    if (usable.isEmpty()) {
      return new Choice(untried(device, runs, machine), Optional.empty());
    }
    Speed best = Allocation.fastest(usable.stream(), runs);
    return new Choice(best.allocation(), Optional.of(best));
  }

  /**
   * What was chosen.
   *
   * @param speed what it showed when it was tried, if it was
   */
  public record Choice(Allocation allocation, Optional<Speed> speed) {}

  /**
   * Tries allocations of unknown speed and adds them to {@code speeds}; returns whether there were
   * any.
   */
  private boolean tryOut(
      RunRecord record,
      List<Allocation> candidates,
      List<Speed> speeds,
      boolean stated,
      long images,
      Optional<Gpu> gpu)
      throws IOException, InterruptedException {
    boolean more = false;
    for (Allocation candidate : candidates) {
      boolean known = speeds.stream().anyMatch(speed -> speed.allocation().equals(candidate));
      boolean fits = stated || candidate.workers() <= mostWorkers(speeds, images, gpu);
      if (!known && fits) {
        notice.accept("trying " + candidate.description() + " …");
        Optional<Speed> speed = tryOut(record, candidate);
        speed.ifPresent(speeds::add);
        more |= speed.isPresent();
      }
    }
    return more;
  }

  /**
   * Returns how many runs fit, in the machine's memory and in the GPU's, by what trials took of
   * them.
   *
   * @param images bytes of the data set, which workers on processors each hold, and runs on a GPU
   *     hold together
   */
  private static int mostWorkers(List<Speed> speeds, long images, Optional<Gpu> gpu) {
    if (gpu.isEmpty()) {
      long worker = speeds.stream().mapToLong(Speed::memoryBytes).max().orElse(0);
      return worker == 0
          ? Integer.MAX_VALUE
          : Allocation.fitting(MainMemory.here().freeBytes(), worker + images, MEMORY_SHARE);
    }
    // The memory of the process itself is shared, so that the least per worker counts.
    long here = speeds.stream().mapToLong(Speed::memoryBytes).min().orElse(0);
    long there = speeds.stream().mapToLong(Speed::gpuBytes).min().orElse(0);
    return Math.min(
        Allocation.fitting(MainMemory.here().freeBytes() - images, here, MEMORY_SHARE),
        Allocation.fitting(gpu.get().freeBytes() - images, there, MEMORY_SHARE));
  }

  /** Tries an allocation; empty if a worker failed, for example for lack of memory. */
  private Optional<Speed> tryOut(RunRecord record, Allocation allocation)
      throws IOException, InterruptedException {
    int runs = allocation.workers();
    boolean onGpu = allocation.device() == Device.CUDA;
    long freeBefore = onGpu ? Gpu.first().map(Gpu::freeBytes).orElse(0L) : 0;
    Path log = Files.createTempFile("rote-trial", ".log");
    try (Workers workers = new Workers(allocation, process -> log)) {
      // Asked for once, since a worker that died would be replaced by one without a job.
      List<WorkerProcess.Lane> lanes = new ArrayList<>();
      for (int i = 0; i < runs; i++) {
        lanes.add(workers.lane(i));
      }
      RunRecord there = record.on(allocation.execution());
      for (WorkerProcess.Lane lane : lanes) {
        lane.send(Message.Job.prepareTrial(there));
      }
      for (WorkerProcess.Lane lane : lanes) {
        if (reply(lane).isEmpty()) {
          return Optional.empty();
        }
      }
      for (WorkerProcess.Lane lane : lanes) {
        lane.send(Message.Job.runTrial());
      }
      double training = 0;
      double measuring = 0;
      long memory = 0;
      for (WorkerProcess.Lane lane : lanes) {
        Optional<Message.Trial> trial = reply(lane).map(Message.Report::trial);
        if (trial.isEmpty()) {
          return Optional.empty();
        }
        training += trial.get().trainingSeconds() / runs;
        measuring += trial.get().measuringSeconds() / runs;
        memory = Math.max(memory, trial.get().memoryBytes() * allocation.processes() / runs);
      }
      // Measured while the workers are alive and hold their memory.
      long freeAfter = onGpu ? Gpu.first().map(Gpu::freeBytes).orElse(freeBefore) : 0;
      long gpuMemory = Math.max(0, freeBefore - freeAfter) / runs;
      return Optional.of(new Speed(allocation, training, measuring, memory, gpuMemory));
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private Optional<Message.Report> reply(WorkerProcess.Lane lane) throws InterruptedException {
    Optional<Message.Report> report = lane.receive();
    if (report.isPresent()) {
      switch (report.get().kind()) {
        case REFUSED -> throw new InputException(report.get().text());
        case FULL, FAILED -> {
          notice.accept("the trial failed: " + report.get().text());
          return Optional.empty();
        }
        default -> {
          // ready, or tried
        }
      }
    }
    return report;
  }

  /** Returns the file's content; an unreadable file counts as empty. */
  private Content read() {
    try {
      return Files.exists(file) ? Json.read(file, Content.class) : new Content(List.of());
    } catch (InputException e) {
      return new Content(List.of());
    }
  }

  /** Stores the speeds of a workload; says so if that is impossible, and continues. */
  private void keep(Content before, Entry entry) {
    List<Entry> entries = new ArrayList<>(before.entries());
    entries.removeIf(other -> other.workload().equals(entry.workload()));
    entries.add(entry);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      AtomicFile.writeString(file, Json.MAPPER.writeValueAsString(new Content(entries)));
    } catch (IOException e) {
      notice.accept("cannot keep the speeds in " + file + ": " + e.getMessage());
    }
  }
}

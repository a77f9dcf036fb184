package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.net.Networks;
import dev.rote.run.EpochRecord;
import dev.rote.run.StoredRun;
import dev.rote.study.Device;
import dev.rote.study.StudyOptions;
import dev.rote.text.InputException;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A study meets kills, stops, second commands, damaged and foreign files. What was reported as done
 * is never lost, what is damaged is named, and the study ends with the bits of an undisturbed one.
 * The short form is part of the build; {@code -Drote.chaos=200} is the long one.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class ChaosTest {
  private static final List<String> RESULTS =
      List.of("predictions.npy", "observed.npy", "original.npy", "weights.safetensors");

  @TempDir Path temp;
  private SplittableRandom random;
  private Path yaml;
  private Path out;

  /** Lines that a study says at least before something happens to it. */
  private int least;

  private enum Event {
    KILL_STUDY,
    KILL_WORKER,
    STOP,
    SECOND_COMMAND,
    DAMAGE,
    FOREIGN_FILES,
    LINK
  }

  /** The short form: what changes files comes where a life before has left some. */
  private static final List<Event> EACH_ONCE =
      List.of(
          Event.KILL_STUDY,
          Event.DAMAGE,
          Event.STOP,
          Event.FOREIGN_FILES,
          Event.KILL_STUDY,
          Event.LINK,
          Event.KILL_WORKER,
          Event.SECOND_COMMAND);

  /** The study's command. */
  public static final class Command {
    private Command() {}

    /** Runs it in a process of its own. */
    public static void main(String[] args) throws Exception {
      System.exit(run(Path.of(args[0]), Path.of(args[1]), System.out));
    }

    /** Runs it, and returns its exit code. */
    static int run(Path yaml, Path out, PrintStream said) throws Exception {
      try {
        StudyResult result =
            Study.plan(
                    StudyOptions.none()
                        .overriddenBy(StudyOptions.read(yaml))
                        .study(Networks::protocol),
                    out,
                    new Machine(Optional.of(Device.CPU), Optional.of(1), Optional.of(1)),
                    new StudyListener() {})
                .run(
                    new StudyListener() {
                      @Override
                      public void notice(String line) {
                        said.println("notice " + line);
                      }

                      @Override
                      public void started(PlannedRun run, int epochsDone) {
                        said.println("started " + run.id() + " " + epochsDone);
                      }

                      @Override
                      public void epoch(PlannedRun run, EpochRecord record) {
                        said.println("epoch " + run.id() + " " + record.epoch());
                      }
                    });
        result.missing().forEach(missing -> said.println("missing " + missing.reason()));
        return result.missing().isEmpty() ? 0 : 3;
      } catch (InputException e) {
        said.println("refused " + e.getMessage());
        return 2;
      }
    }
  }

  /**
   * A life of the study: in a process of its own where that is to end, else in this one, which has
   * loaded libtorch already.
   */
  private record Life(Optional<Process> process, Future<Integer> status) {
    boolean goesOn() {
      return !status.isDone();
    }

    List<ProcessHandle> workers() {
      return process
          .map(Process::toHandle)
          .orElseGet(ProcessHandle::current)
          .descendants()
          .toList();
    }
  }

  private Life start(Path log, boolean ownProcess) throws IOException {
    if (ownProcess) {
      Process process = start(log);
      return new Life(Optional.of(process), process.onExit().thenApply(Process::exitValue));
    }
    Files.writeString(log, "");
    FutureTask<Integer> status =
        new FutureTask<>(
            () -> {
              try (PrintStream said = new PrintStream(Files.newOutputStream(log), true)) {
                return Command.run(yaml, out, said);
              }
            });
    new Thread(status, "study").start();
    return new Life(Optional.empty(), status);
  }

  private Process start(Path log) throws IOException {
    return new ProcessBuilder(
            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Command.class.getName(),
            yaml.toString(),
            out.toString())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  @Test
  void nothingIsLostAndNothingDiffersInSilence() throws Exception {
    int events = Integer.getInteger("rote.chaos", EACH_ONCE.size());
    yaml =
        Files.writeString(
            temp.resolve("study.yaml"),
            """
            {dataset: glyphs, subset: 400, test-subset: 50, network: mlp, epochs: 6,
             noise: symmetric(0.4), loss: [cce, mse], seed: 1}
            """);
    out = temp.resolve("reference");
    assertThat(start(temp.resolve("reference.log"), false).status().get())
        .as(Files.readString(temp.resolve("reference.log")))
        .isZero();
    Map<String, String> reference = results();
    assertThat(reference).hasSize(2 * (RESULTS.size() + 1));

    out = temp.resolve("out");
    Map<Event, Integer> happened = new EnumMap<>(Event.class);
    int finished = 0;
    for (int i = 0; i < events || finished == 0; i++) {
      random = new SplittableRandom(i);
      // The last lives, in which the study finishes, are left alone.
      Event event = null;
      if (i < events) {
        Event drawn = Event.values()[random.nextInt(Event.values().length)];
        boolean first = i < EACH_ONCE.size();
        event = first ? EACH_ONCE.get(i) : drawn;
        least = first ? 2 : 0; // a run has begun, and has an epoch
        happened.merge(event, 1, Integer::sum);
      }
      if (live(event, "event %d, %s".formatted(i, event))) {
        assertThat(results()).as("event " + i).isEqualTo(reference);
        finished++;
        delete(out);
      }
      if (i % 20 == 19) {
        System.out.println("After " + (i + 1) + " events: " + happened);
      }
    }
    System.out.println("Chaos: " + happened + ", " + finished + " studies finished");
  }

  /** Lets the study run through an event; returns whether it has finished. */
  private boolean live(Event event, String what) throws Exception {
    Map<String, Integer> before = epochs();
    List<String> damaged = new ArrayList<>();
    List<Path> links = new ArrayList<>();
    if (event == Event.DAMAGE) {
      damage(damaged);
    } else if (event == Event.FOREIGN_FILES) {
      foreignFiles();
    } else if (event == Event.LINK) {
      link(links, damaged);
    }
    if (least > 0 && (event == Event.DAMAGE || event == Event.LINK)) {
      assertThat(damaged).as("files of the life before").isNotEmpty();
    }
    Path log = temp.resolve("life.log");
    boolean killed = event == Event.KILL_STUDY || event == Event.STOP;
    Life study = start(log, killed);
    if (killed) {
      await(study, log, 14);
      List<ProcessHandle> workers = study.workers();
      if (event == Event.STOP) {
        study.process().orElseThrow().destroy();
      } else {
        study.process().orElseThrow().destroyForcibly();
      }
      study.status().get();
      for (ProcessHandle worker : workers) {
        worker.onExit().get(30, TimeUnit.SECONDS);
      }
    } else if (event == Event.KILL_WORKER) {
      await(study, log, 14);
      study.workers().forEach(ProcessHandle::destroyForcibly);
    } else if (event == Event.SECOND_COMMAND) {
      await(study, log, 6);
      Path second = temp.resolve("second.log");
      int status = start(second).waitFor();
      if (status != 0) {
        assertThat(Files.readString(second)).as(what).contains("refused", out + " is in use");
      }
    }
    int status = study.status().get();
    String said = Files.readString(log);
    for (Path link : links) {
      if (Files.isSymbolicLink(link)) {
        assertThat(said).as(what).contains(link.getFileName().toString());
        Files.delete(link);
      }
      assertThat(temp.resolve("precious")).as(what).hasContent("precious");
    }
    checkProgress(said, before, damaged, what);
    if (!killed && links.isEmpty() && event != Event.SECOND_COMMAND) {
      assertThat(status).as(what + "\n" + said).isZero();
    }
    return status == 0;
  }

  /** Waits for fewer than {@code most} lines of a study, but for the least, then a moment. */
  private void await(Life study, Path log, int most) throws Exception {
    int lines = Math.max(least, random.nextInt(most));
    while (study.goesOn() && Files.readAllLines(log).size() < lines) {
      Thread.sleep(5);
    }
    Thread.sleep(random.nextInt(50));
  }

  /** What was reported is there; a run goes back only if a file is damaged, and says so. */
  private void checkProgress(
      String said, Map<String, Integer> before, List<String> damaged, String what)
      throws IOException {
    Map<String, Integer> reported = new HashMap<>();
    for (String line : said.lines().toList()) {
      String[] words = line.split(" ");
      if (line.startsWith("started ")) {
        int from = before.getOrDefault(words[1], 0);
        if (damaged.isEmpty()) {
          assertThat(Integer.parseInt(words[2]))
              .as(what + "\n" + said)
              .isGreaterThanOrEqualTo(from);
        } else if (Integer.parseInt(words[2]) < from) {
          assertThat(said).as(what).contains("notice ", damaged.get(0));
        }
      } else if (line.startsWith("epoch ")) {
        reported.put(words[1], Integer.parseInt(words[2]));
      }
    }
    Map<String, Integer> after = epochs();
    reported.forEach(
        (run, epoch) ->
            assertThat(after.getOrDefault(run, 0))
                .as(what + ": epochs of " + run)
                .isGreaterThanOrEqualTo(epoch));
  }

  private Map<String, Integer> epochs() throws IOException {
    Map<String, Integer> epochs = new HashMap<>();
    for (Path run : runs()) {
      StoredRun.readToResume(run)
          .ifPresent(stored -> epochs.put(stored.record().id(), stored.epochs().size()));
    }
    return epochs;
  }

  private List<Path> runs() throws IOException {
    Path runs = out.resolve("runs");
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(runs)) {
      return list.filter(run -> Files.exists(run.resolve("state.json"))).sorted().toList();
    }
  }

  /** A file that a run's state lists; none before one has begun. */
  private List<Path> someFile() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path run : runs()) {
      try (Stream<Path> list = Files.list(run)) {
        String state = Files.readString(run.resolve("state.json"), StandardCharsets.ISO_8859_1);
        list.filter(
                file ->
                    file.endsWith("state.json") || state.contains("\"" + file.getFileName() + "\""))
            .sorted()
            .forEach(files::add);
      }
    }
    return files.isEmpty() ? List.of() : List.of(files.get(random.nextInt(files.size())));
  }

  /** Flips a bit, cuts, zeroes or deletes a file, or puts something else in its place. */
  private void damage(List<String> damaged) throws IOException {
    for (Path file : someFile()) {
      byte[] bytes = Files.readAllBytes(file);
      damaged.add(file.getFileName().toString());
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> {
          bytes[at] ^= (byte) (1 << random.nextInt(8));
          Files.write(file, bytes);
        }
        case 1 -> Files.write(file, Arrays.copyOf(bytes, at));
        case 2 -> {
          Arrays.fill(bytes, at, bytes.length, (byte) 0);
          Files.write(file, bytes);
        }
        case 3 -> Files.delete(file);
        default -> Files.writeString(file, "{\"not\": \"ours\"}\n");
      }
    }
  }

  /** Puts what does not belong there beside what does. */
  private void foreignFiles() throws IOException {
    if (!Files.exists(out.resolve("study.json"))) {
      return; // else it is refused, which other tests see
    }
    Files.writeString(out.resolve("notes.txt"), "mine");
    Files.createDirectories(out.resolve("runs/backup/old"));
    for (Path run : runs()) {
      Files.writeString(run.resolve(".state.json.tmp"), "left by a killed process");
      Files.writeString(run.resolve("checkpoint-999.safetensors"), "junk");
      Files.writeString(run.resolve("weights-999.safetensors"), "junk");
      Files.createDirectories(run.resolve("notes"));
    }
  }

  /** Replaces a file by a link to something precious. */
  private void link(List<Path> links, List<String> damaged) throws IOException {
    Path precious = Files.writeString(temp.resolve("precious"), "precious");
    for (Path file : someFile()) {
      Files.delete(file);
      Files.createSymbolicLink(file, precious);
      links.add(file);
      damaged.add(file.getFileName().toString());
    }
  }

  private Map<String, String> results() throws IOException {
    Map<String, String> results = new HashMap<>();
    for (Path run : runs()) {
      for (String name : RESULTS) {
        results.put(
            run.getFileName() + "/" + name,
            Files.readString(run.resolve(name), StandardCharsets.ISO_8859_1));
      }
      List<String> lines = Files.readAllLines(run.resolve("epochs.csv"));
      int seconds = List.of(lines.get(0).split(",")).indexOf("seconds");
      StringBuilder rows = new StringBuilder();
      for (String line : lines) {
        List<String> cells = new ArrayList<>(List.of(line.split(",", -1)));
        cells.remove(seconds);
        rows.append(String.join(",", cells)).append('\n');
      }
      results.put(run.getFileName() + "/epochs.csv", rows.toString());
    }
    return results;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

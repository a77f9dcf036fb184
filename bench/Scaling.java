import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures how a study scales on Spark in local-cluster mode: tasks on one core, then on several at
 * once, and what a task costs beside training. Run it from the source tree, on a quiet machine.
 *
 * <pre>java bench/Scaling.java [cores] [runs on each core] [epochs]</pre>
 *
 * Times of tasks are those of Spark's event log; the time of training is the sum of a run's epochs.
 * A task has a warm executor if it is not the first one there.
 */
final class Scaling {
  private static final Pattern TASK =
      Pattern.compile(
          "\"Event\":\"SparkListenerTaskEnd\".*\"Task Info\":\\{[^{]*\"Index\":(\\d+).*"
              + "\"Launch Time\":(\\d+).*?\"Executor ID\":\"(\\w+)\".*?\"Finish Time\":(\\d+)");

  private static final Pattern ID = Pattern.compile("\"id\" : \"([^\"]+)\"");

  /** A task, in seconds. */
  private record Task(double total, double training, boolean warm) {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int cores = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    int each = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    int epochs = args.length > 2 ? Integer.parseInt(args[2]) : 8;
    System.out.println("tasks at once  tasks  task, s  training, s  beside: first, s  warm, s");
    double one = measure(1, each, epochs);
    double all = measure(cores, cores * each, epochs);
    System.out.printf(
        Locale.ROOT,
        "%d tasks on %d cores train %.2f times as fast as one on one core (wanted: %.2f)%n",
        cores,
        cores,
        cores * one / all,
        0.9 * cores);
  }

  /** Runs a study and returns the mean time of a task. */
  private static double measure(int executors, int runs, int epochs)
      throws IOException, InterruptedException {
    Path place = Files.createTempDirectory("rote-scaling");
    try {
      Path events = Files.createDirectory(place.resolve("events"));
      Path out = place.resolve("study");
      ProcessBuilder rote =
          new ProcessBuilder(
              "./rote", "study", "--quiet", "--cluster", "local-cluster[" + executors + ",1,1024]",
              "--dataset", "glyphs", "--subset", "4000", "--test-subset", "1000",
              "--network", "small-cnn", "--loss", "cce", "--noise", "symmetric(0.4)",
              "--epochs", "" + epochs, "--seed", "1.." + runs, "--out", out.toString());
      rote.environment()
          .put(
              "ROTE_JAVA_OPTS",
              "-Dspark.eventLog.enabled=true -Dspark.eventLog.rolling.enabled=false"
                  + " -Dspark.eventLog.compress=false -Dspark.executor.memory=512m"
                  + " -Dspark.ui.enabled=false -Dspark.eventLog.dir="
                  + events.toUri());
      Path log = place.resolve("log");
      if (rote.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor() != 0) {
        throw new IOException("the study failed:\n" + Files.readString(log));
      }
      List<Task> tasks = tasks(events, out);
      System.out.printf(
          Locale.ROOT,
          "%13d  %5d  %7.2f  %11.2f  %16.2f  %7.2f%n",
          executors,
          tasks.size(),
          mean(tasks.stream().map(Task::total)),
          mean(tasks.stream().map(Task::training)),
          mean(tasks.stream().filter(t -> !t.warm).map(t -> t.total - t.training)),
          mean(tasks.stream().filter(Task::warm).map(t -> t.total - t.training)));
      return mean(tasks.stream().map(Task::total));
    } finally {
      try (Stream<Path> files = Files.walk(place)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  /** Returns the tasks in the order in which they began. */
  private static List<Task> tasks(Path events, Path out) throws IOException {
    Map<String, Double> training = training(out.resolve("summary.csv"));
    List<String> ids = new ArrayList<>();
    Matcher id = ID.matcher(Files.readString(out.resolve("plan.json")));
    while (id.find()) {
      ids.add(id.group(1));
    }
    Path log;
    try (Stream<Path> files = Files.walk(events)) {
      log = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    List<Matcher> ended =
        Files.readAllLines(log).stream()
            .map(TASK::matcher)
            .filter(Matcher::find)
            .sorted(Comparator.comparingLong(task -> Long.parseLong(task.group(2))))
            .toList();
    Set<String> used = new HashSet<>();
    List<Task> tasks = new ArrayList<>();
    for (Matcher task : ended) {
      double launched = Long.parseLong(task.group(2)) / 1000.0;
      tasks.add(
          new Task(
              Long.parseLong(task.group(4)) / 1000.0 - launched,
              training.get(ids.get(Integer.parseInt(task.group(1)))),
              !used.add(task.group(3))));
    }
    return tasks;
  }

  /** Returns the training time of each run, by its name. */
  private static Map<String, Double> training(Path summary) throws IOException {
    List<List<String>> rows =
        Files.readAllLines(summary).stream().map(line -> List.of(line.split(",", -1))).toList();
    int seconds = rows.get(0).indexOf("seconds");
    Map<String, Double> training = new HashMap<>();
    for (List<String> row : rows.subList(1, rows.size())) {
      training.put(row.get(0), Double.parseDouble(row.get(seconds)));
    }
    return training;
  }

  private static double mean(Stream<Double> values) {
    return values.mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}

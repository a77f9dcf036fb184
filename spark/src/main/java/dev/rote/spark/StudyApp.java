package dev.rote.spark;

import dev.rote.engine.PlannedRun;
import dev.rote.engine.RunFailure;
import dev.rote.engine.Study;
import dev.rote.engine.StudyListener;
import dev.rote.engine.StudyResult;
import dev.rote.net.Networks;
import dev.rote.run.EpochRecord;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Device;
import dev.rote.study.StudyOptions;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Trains a study, for spark-submit: {@code StudyApp FILE --out DIR [--threads N] [--device cuda]
 * [--store URL]}. Exit codes are those of {@code rote study}: 0 success, 1 a run failed, 2 unusable
 * input.
 */
public final class StudyApp {
  private static final Set<String> OPTIONS = Set.of("--out", "--threads", "--device", "--store");
  private static final String USAGE =
      "usage: StudyApp FILE --out DIR [--threads N] [--device cpu|cuda] [--store URL]";

  private StudyApp() {}

  /** Trains the study and exits. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int code;
    try {
      code = run(args);
    } catch (InputException e) {
      System.err.println("rote: " + e.getMessage());
      code = 2;
    }
    System.exit(code);
  }

  private static int run(String[] args) throws IOException, InterruptedException {
    if (args.length % 2 == 0) {
      throw new InputException(USAGE);
    }
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i < args.length; i += 2) {
      if (!OPTIONS.contains(args[i])) {
        throw new InputException("unknown option '" + args[i] + "'; " + USAGE);
      }
      options.put(args[i], args[i + 1]);
    }
    if (!options.containsKey("--out")) {
      throw new InputException("--out is missing; " + USAGE);
    }
    Study study =
        Study.plan(
            StudyOptions.read(Path.of(args[0])).study(Networks::protocol),
            StudyDirectory.parse(options.get("--out")).toAbsolutePath().normalize(),
            Device.parse(options.getOrDefault("--device", "cpu")),
            threads(options.getOrDefault("--threads", "1")));
    try (SparkLauncher launcher =
        SparkLauncher.connect(
            "",
            study.out(),
            study.choice().allocation(),
            Optional.ofNullable(options.get("--store")))) {
      StudyResult result = study.run(launcher, new Lines());
      for (RunFailure failure : result.missing()) {
        System.err.println("rote: " + failure.run().label() + ": " + failure.reason());
      }
      return RunFailure.exitCode(result.missing());
    }
  }

  private static int threads(String text) {
    try {
      int threads = Integer.parseInt(text);
      if (threads >= 1) {
        return threads;
      }
    } catch (NumberFormatException e) {
      // The message below says what is expected.
    }
    throw new InputException("--threads " + text + ": expected an integer of at least 1");
  }

  /** Prints a line for each epoch and each end. */
  private static final class Lines implements StudyListener {
    @Override
    public void notice(String line) {
      System.out.println(line);
    }

    @Override
    public void epoch(PlannedRun run, EpochRecord record) {
      System.out.println(run.label() + ": epoch " + record.epoch() + "/" + run.epochs());
    }

    @Override
    public void finished(PlannedRun run) {
      System.out.println(run.label() + ": finished");
    }

    @Override
    public void retrying(PlannedRun run, String reason) {
      System.out.println(run.label() + ": " + reason + "; continuing from its last epoch");
    }
  }
}

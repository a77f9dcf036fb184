package dev.rote.engine;

import dev.rote.net.Networks;
import dev.rote.run.EpochRecord;
import dev.rote.run.StoredRun;
import dev.rote.study.Precision;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Estimates the duration of a study: from the epochs of its runs if there are any, else from trials
 * on this machine, else from speeds measured once on one AVX-512 core, from which other machines
 * may differ by a factor of two or three.
 */
public final class TimeEstimate {
  /** How much faster bf16 is, on processors that compute with it. */
  private static final double BF16_GAIN = 1.75;

  /** Speed of measuring over speed of training. */
  private static final double MEASURING = 3;

  private TimeEstimate() {}

  /** Returns the time that the unfinished runs of a plan take. */
  public static Duration of(StudyPlan plan, SpeedMeter.Choice choice) throws IOException {
    double epochSeconds =
        measured(plan).orElseGet(() -> seconds(plan, choice, plan.trained(), plan.measured()));
    return forEpochs(plan, epochSeconds, choice.allocation().workers());
  }

  /** Estimates from typical speeds alone. */
  static Duration typical(StudyPlan plan, int workers) {
    double epochSeconds = typicalSeconds(plan, plan.trained(), plan.measured());
    return forEpochs(plan, epochSeconds, workers);
  }

  /**
   * Returns the seconds in which one worker trains on and measures these numbers of a plan's
   * images.
   */
  public static double seconds(
      StudyPlan plan, SpeedMeter.Choice choice, double trained, double measured) {
    return choice
        .speed()
        .map(speed -> speed.seconds(trained, measured))
        .orElseGet(() -> typicalSeconds(plan, trained, measured));
  }

  private static Duration forEpochs(StudyPlan plan, double epochSeconds, int workers) {
    double epochs = 0;
    int longest = 0;
    for (PlannedRun run : plan.runs()) {
      int left = run.epochs() - run.epochsDone();
      epochs += left;
      longest = Math.max(longest, left);
    }
    return Duration.ofSeconds(Math.round(Math.max(longest, epochs / workers) * epochSeconds));
  }

  private static Optional<Double> measured(StudyPlan plan) throws IOException {
    double seconds = 0;
    int epochs = 0;
    for (PlannedRun run : plan.runs()) {
      List<EpochRecord> done =
          run.epochsDone() == 0
              ? List.of() // and perhaps a damaged record
              : StoredRun.read(run.directory()).map(StoredRun::epochs).orElse(List.of());
      seconds += done.stream().mapToDouble(EpochRecord::seconds).sum();
      epochs += done.size();
    }
    return epochs == 0 ? Optional.empty() : Optional.of(seconds / epochs);
  }

  /** Returns a time in words: 45 s, 3 min 05 s, 2 h 10 min. */
  public static String inWords(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return "%d min %02d s".formatted(seconds / 60, seconds % 60);
    }
    return "%d h %02d min".formatted(seconds / 3600, seconds / 60 % 60);
  }

  /** Returns the seconds of one thread at a typical speed. */
  private static double typicalSeconds(StudyPlan plan, double trained, double measured) {
    double speed = Networks.kind(plan.spec().network()).imagesPerSecond();
    double gain = plan.spec().protocol().precision() == Precision.BF16 ? BF16_GAIN : 1;
    return (trained + measured / MEASURING) / (gain * speed);
  }
}

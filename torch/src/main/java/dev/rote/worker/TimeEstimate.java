package dev.rote.worker;

import dev.rote.run.EpochRecord;
import dev.rote.run.StoredRun;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long a study will take: from the epochs of its runs where there are any, else from speeds
 * measured once on one AVX-512 core, which other machines may miss by a factor of two or three.
 */
public final class TimeEstimate {
  /** Images a second that one thread trains at batch 128 in float32. */
  private static final Map<String, Double> TRAINING_SPEED =
      Map.of(
          "resnet32", 340.0,
          "resnet18", 660.0,
          "inception-lite", 90.0,
          "small-cnn", 4000.0,
          "mlp", 12000.0);

  /** Speed of measuring over speed of training. */
  private static final double MEASURING = 3;

  private TimeEstimate() {}

  /** Time that the unfinished runs of a plan take on {@code workers} workers. */
  public static Duration of(StudyPlan plan, int workers) throws IOException {
    double epochSeconds = measured(plan).orElse(typical(plan));
    double epochs = 0;
    for (PlannedRun run : plan.runs()) {
      epochs += run.epochs() - run.epochsDone();
    }
    return Duration.ofSeconds(Math.round(epochs * epochSeconds / workers));
  }

  private static Optional<Double> measured(StudyPlan plan) throws IOException {
    double seconds = 0;
    int epochs = 0;
    for (PlannedRun run : plan.runs()) {
      List<EpochRecord> done =
          StoredRun.read(run.directory()).map(StoredRun::epochs).orElse(List.of());
      seconds += done.stream().mapToDouble(EpochRecord::seconds).sum();
      epochs += done.size();
    }
    return epochs == 0 ? Optional.empty() : Optional.of(seconds / epochs);
  }

  private static double typical(StudyPlan plan) {
    double images =
        plan.data().samples() + (plan.data().samples() + plan.data().testSamples()) / MEASURING;
    return images / TRAINING_SPEED.get(plan.spec().network());
  }
}

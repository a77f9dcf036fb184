import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Simulates a study on a cluster: how long it takes, and how far that is from the ideal.
 *
 * <pre>java bench/Makespan.java [runs] [executors] [mean hours] [failures an hour] [seed]</pre>
 *
 * Runs take lognormal times (a spread of a third) and have 100 epochs. The longest start first, by
 * estimates that are off by a tenth. Every task costs {@link #OVERHEAD} to start. An executor fails
 * at a constant rate; its run loses the epoch under way and goes to the front of the queue, and a
 * new executor is up after {@link #REPLACEMENT}. The ideal divides the pure training time evenly.
 */
final class Makespan {
  /** Seconds: starting the JVM of a worker and reading the images. */
  private static final double OVERHEAD = 3;

  /** Seconds until a lost executor is noticed and replaced. */
  private static final double REPLACEMENT = 180;

  private static final int EPOCHS = 100;
  private static final double SPREAD = 1.0 / 3;
  private static final double ESTIMATE_ERROR = 0.1;
  private static final int REPETITIONS = 200;

  private record Run(double seconds, double estimate) {}

  public static void main(String[] args) {
    int runs = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
    int executors = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    double mean = 3600 * (args.length > 2 ? Double.parseDouble(args[2]) : 1);
    double rate = (args.length > 3 ? Double.parseDouble(args[3]) : 0.01) / 3600;
    Random random = new Random(args.length > 4 ? Long.parseLong(args[4]) : 1);
    List<Double> spans = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    int failures = 0;
    for (int i = 0; i < REPETITIONS; i++) {
      List<Run> study = new ArrayList<>();
      double total = 0;
      for (int r = 0; r < runs; r++) {
        double seconds = mean * Math.exp(SPREAD * random.nextGaussian() - SPREAD * SPREAD / 2);
        study.add(new Run(seconds, seconds * (1 + ESTIMATE_ERROR * random.nextGaussian())));
        total += seconds;
      }
      study.sort(Comparator.comparingDouble(Run::estimate).reversed());
      PriorityQueue<Double> free = new PriorityQueue<>(Collections.nCopies(executors, 0.0));
      double end = 0;
      for (Run run : study) {
        double now = free.remove();
        double left = run.seconds;
        double epoch = run.seconds / EPOCHS;
        while (true) {
          double lives =
              rate == 0 ? Double.POSITIVE_INFINITY : -Math.log(1 - random.nextDouble()) / rate;
          if (lives >= OVERHEAD + left) {
            now += OVERHEAD + left;
            break;
          }
          // Whole epochs are kept; the run continues as soon as an executor is free.
          failures++;
          left -= epoch * Math.floor(Math.max(0, lives - OVERHEAD) / epoch);
          free.add(now + lives + REPLACEMENT);
          now = Math.max(now + lives, free.remove());
        }
        free.add(now);
        end = Math.max(end, now);
      }
      spans.add(end / 3600);
      ratios.add(end / (total / executors));
    }
    Collections.sort(spans);
    Collections.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "%d runs on %d executors, %d times: %.2f h (5%%: %.2f, 95%%: %.2f), %.3f times the ideal"
            + " (95%%: %.3f), %.1f failures%n",
        runs,
        executors,
        REPETITIONS,
        spans.get(REPETITIONS / 2),
        spans.get(REPETITIONS / 20),
        spans.get(REPETITIONS * 19 / 20),
        ratios.get(REPETITIONS / 2),
        ratios.get(REPETITIONS * 19 / 20),
        (double) failures / REPETITIONS);
  }
}

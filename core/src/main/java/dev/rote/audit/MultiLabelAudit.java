package dev.rote.audit;

import dev.rote.text.InputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Audits labels of samples that carry any number of them: each class is a question with two
 * answers, audited by itself, and all answers are ranked together.
 */
public final class MultiLabelAudit {
  private static final String ORDER_ASSUMED =
      "predictions that know too little of a class may have their columns in another order than was"
          + " assumed; --class-names gives it";

  private static final double LEAST_PROBABILITY = -1e-6;
  private static final double MOST_PROBABILITY = 1 + 1e-6;

  /** Sums of all rows within this distance of 1 are those of a softmax. */
  private static final double SUM_TOLERANCE = 1e-3;

  private static final int SHOWN = 10;

  private MultiLabelAudit() {}

  /**
   * Audits labels by held-out probabilities. The noise rate is the mean over the classes, which all
   * have as many samples, and the ends of its interval are the means of their ends: as wide as if
   * the estimates of all classes erred in the same direction. Classes that fewer than two samples
   * carry, or lack, and classes whose predictions agree with the labels hardly more often than by
   * chance are left out.
   *
   * @param probabilities that a sample belongs to a class, {@code [N][K]}, each in [0, 1]; rows do
   *     not sum to 1
   * @return rates and ranking of answers; positions are those of the questions
   * @throws InputException if sizes differ, a value is no probability, or no class can be audited
   */
  public static AuditResult of(float[][] probabilities, MultiLabels labels) {
    requireProbabilities(probabilities, labels);
    int classes = labels.classes();
    List<AuditResult> fitted = new ArrayList<>();
    List<Suspect> ranking = new ArrayList<>();
    List<Suspect> unjudged = new ArrayList<>();
    List<String> rare = new ArrayList<>();
    List<String> weak = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      String name = labels.sets().classes().get(k);
      int carriers = 0;
      for (boolean[] row : labels.carried()) {
        carriers += row[k] ? 1 : 0;
      }
      if (Math.min(carriers, labels.size() - carriers) < 2) {
        rare.add(name);
        continue;
      }
      AuditResult result = Audit.of(question(probabilities, labels, k));
      if (result.fitted()) {
        fitted.add(result);
      } else {
        weak.add(name);
      }
      for (Suspect s : result.ranking()) {
        (result.fitted() ? ranking : unjudged)
            .add(
                new Suspect(
                    s.position() * classes + k,
                    2 * k + s.observed(),
                    2 * k + s.suggested(),
                    s.score(),
                    s.probabilityWrong()));
      }
    }
    if (fitted.isEmpty() && unjudged.isEmpty()) {
      throw new InputException(
          "no class has two samples with its label and two without, so there is nothing to compare");
    }
    List<String> warnings = new ArrayList<>();
    if (softmax(probabilities)) {
      warnings.add(
          "the probabilities of every sample sum to 1, as those of a softmax do; for several labels"
              + " per sample, each class needs a probability of its own");
    }
    if (!rare.isEmpty()) {
      warnings.add(
          text(
              "classes that fewer than two samples carry, or lack: %,d, %s; they are not audited",
              rare.size(), shown(rare)));
    }
    if (!weak.isEmpty() && !labels.notes().isEmpty()) {
      warnings.add(ORDER_ASSUMED);
    }
    if (!weak.isEmpty() && !fitted.isEmpty()) {
      warnings.add(
          text(
              "classes of which the predictions know too little to judge their labels: %,d, %s; they"
                  + " are left out",
              weak.size(), shown(weak)));
    }
    return fitted.isEmpty() ? unfitted(unjudged, warnings) : merged(fitted, ranking, warnings);
  }

  private static HeldOut question(float[][] probabilities, MultiLabels labels, int k) {
    float[][] rows = new float[labels.size()][];
    int[] answers = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      float yes = Math.max(0, Math.min(1, probabilities[i][k]));
      rows[i] = new float[] {1 - yes, yes};
      answers[i] = labels.carried()[i][k] ? 1 : 0;
    }
    return new HeldOut(rows, answers, labels.sets().answers().subList(2 * k, 2 * k + 2));
  }

  private static AuditResult merged(
      List<AuditResult> fitted, List<Suspect> ranking, List<String> warnings) {
    ranking.sort(
        Comparator.comparingDouble((Suspect s) -> -s.probabilityWrong())
            .thenComparingDouble(s -> -s.score())
            .thenComparingInt(Suspect::position));
    Rate rate =
        Rate.within(
            mean(fitted, r -> r.noiseRate().value()),
            mean(fitted, r -> r.noiseRate().low()),
            mean(fitted, r -> r.noiseRate().high()));
    double[] wrong = ranking.stream().mapToDouble(Suspect::probabilityWrong).toArray();
    int first = AuditResult.suspects(rate.value(), wrong);
    double expected = 0;
    int missing = 0;
    for (Suspect suspect : ranking.subList(0, first)) {
      expected += suspect.probabilityWrong();
      missing += suspect.suggested() % 2;
    }
    Rate precision = first == 0 ? Rate.within(0, 0, 0) : Audit.part(expected / first, first, rate);
    warnings.add(
        0,
        text(
            "each figure counts answers, one for each sample and class; the %,d most suspect are"
                + " %,d missing labels and %,d extra ones",
            first, missing, first - missing));
    return new AuditResult(
        rate,
        precision,
        true,
        estimates(fitted, rate),
        List.copyOf(warnings),
        fitted.stream().flatMap(result -> result.classRates().stream()).toList(),
        Transition.NONE,
        List.copyOf(ranking));
  }

  /** Means over the classes of every estimator; the headline has its interval. */
  private static List<Estimate> estimates(List<AuditResult> fitted, Rate headline) {
    Map<String, Estimate> means = new LinkedHashMap<>();
    for (Estimate estimate : fitted.get(0).estimates()) {
      double mean =
          mean(
              fitted,
              result ->
                  result.estimates().stream()
                      .filter(other -> other.name().equals(estimate.name()))
                      .findFirst()
                      .orElseThrow()
                      .rate()
                      .value());
      means.put(
          estimate.name(),
          new Estimate(
              estimate.name(),
              means.isEmpty() ? headline : Rate.without(mean),
              estimate.what() + "; mean over the classes"));
    }
    return List.copyOf(means.values());
  }

  private static AuditResult unfitted(List<Suspect> ranking, List<String> warnings) {
    warnings.add(
        "the predictions know too little of every class to judge these labels; they agree with them"
            + " hardly more often than by chance");
    ranking.sort(
        Comparator.comparingDouble((Suspect s) -> -s.score()).thenComparingInt(Suspect::position));
    return new AuditResult(
        Rate.UNKNOWN,
        Rate.UNKNOWN,
        false,
        List.of(),
        List.copyOf(warnings),
        List.of(),
        Transition.NONE,
        List.copyOf(ranking));
  }

  private static void requireProbabilities(float[][] probabilities, MultiLabels labels) {
    if (probabilities.length != labels.size()) {
      throw new InputException(
          "%,d rows of probabilities for %,d samples; there must be one row per sample"
              .formatted(probabilities.length, labels.size()));
    }
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i].length != labels.classes()) {
        throw new InputException(
            "sample %d has %,d probabilities for %,d classes"
                .formatted(i, probabilities[i].length, labels.classes()));
      }
      for (float p : probabilities[i]) {
        if (!(p >= LEAST_PROBABILITY && p <= MOST_PROBABILITY)) {
          throw new InputException(
              "sample %d has a probability of %s; probabilities lie in [0, 1]; --logits takes logits"
                  .formatted(i, p));
        }
      }
    }
  }

  private static boolean softmax(float[][] probabilities) {
    for (float[] row : probabilities) {
      double sum = 0;
      for (float p : row) {
        sum += p;
      }
      if (Math.abs(sum - 1) > SUM_TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  private static double mean(List<AuditResult> results, ToDoubleFunction<AuditResult> value) {
    return results.stream().mapToDouble(value).average().orElseThrow();
  }

  private static String shown(List<String> names) {
    return "such as " + String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}

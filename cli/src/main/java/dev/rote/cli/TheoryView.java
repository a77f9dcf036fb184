package dev.rote.cli;

import dev.rote.run.RiskPoint;
import dev.rote.theory.LossCheck;
import dev.rote.theory.LossVerdict;
import dev.rote.theory.StudyTheory;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Prints the results of the theorem's checks. */
final class TheoryView {
  private TheoryView() {}

  static void print(StudyTheory theory, PrintWriter out) {
    out.println("Losses over random and extreme softmax outputs, in float64:");
    List<String[]> rows = new ArrayList<>();
    rows.add(
        new String[] {"loss", "sum over labels", "varies by", "symmetric", "range", "bounded"});
    for (LossVerdict verdict : theory.verdicts()) {
      LossCheck check = verdict.check();
      rows.add(
          new String[] {
            check.loss().toString(),
            number(check.constant(), 6),
            "%.1e".formatted(check.deviation()),
            check.symmetric() ? "yes" : "no",
            check.bounded()
                ? number(check.lowest(), 4) + " to " + number(check.highest(), 4)
                : "from " + number(check.lowest(), 4),
            check.bounded() ? "yes" : "no"
          });
    }
    table(rows, 1, out);
    out.println();
    if (theory.rates().isEmpty()) {
      out.println("No run has symmetric label noise; give rates with --rate.");
    } else {
      risks(theory, out);
    }
    out.println();
    theory.verdicts().forEach(verdict -> out.println(sentence(verdict)));
    theory.notices().forEach(notice -> out.println("Note: " + notice));
  }

  private static void risks(StudyTheory theory, PrintWriter out) {
    out.println("Networks under symmetric noise (R: risk against original labels):");
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"loss", "eta", "networks", "R", "R^eta", "off the line", "tau"});
    for (LossVerdict verdict : theory.verdicts()) {
      for (LossVerdict.Order order : verdict.orders()) {
        List<RiskPoint> points =
            theory.rates().stream()
                .filter(point -> point.loss().equals(verdict.check().loss().toString()))
                .filter(point -> point.noiseRate() == order.rate())
                .toList();
        rows.add(
            new String[] {
              verdict.check().loss().toString(),
              "%s".formatted(order.rate()),
              Integer.toString(points.size()),
              range(points.stream().mapToDouble(RiskPoint::risk).toArray()),
              range(points.stream().mapToDouble(RiskPoint::noisyRisk).toArray()),
              "%.1e"
                  .formatted(
                      points.stream().mapToDouble(p -> Math.abs(p.deviation())).max().orElse(0)),
              tau(order.tau())
            });
      }
    }
    table(rows, 1, out);
  }

  private static String range(double[] values) {
    double low = Arrays.stream(values).min().orElse(Double.NaN);
    double high = Arrays.stream(values).max().orElse(Double.NaN);
    return number(low, 4) + " to " + number(high, 4);
  }

  /** Formats a number with so many digits; as a power of ten if it is very large or small. */
  private static String number(double value, int digits) {
    double size = Math.abs(value);
    if (size < 1e-15) {
      return "0"; // rounding errors of an exact 0
    }
    return size < 1e-4 || size >= 1e6 || Double.isNaN(value)
        ? ("%." + (digits - 1) + "e").formatted(value)
        : new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros().toPlainString();
  }

  private static String tau(double tau) {
    return Double.isNaN(tau) ? "–" : "%.3f".formatted(tau);
  }

  /** Returns the verdict on one loss in plain words. */
  private static String sentence(LossVerdict verdict) {
    LossCheck check = verdict.check();
    StringBuilder text = new StringBuilder().append(check.loss()).append(": ");
    text.append(
        check.symmetric()
            ? "symmetric, C = " + number(verdict.constant(), 6) + ". "
            : "not symmetric. ");
    if (verdict.points() == 0) {
      return text.append("Nothing to compare.").toString();
    }
    if (verdict.holds()) {
      text.append("The theorem holds to %.0e. ".formatted(verdict.deviation()));
    } else if (check.symmetric()) {
      text.append(
          "Off the predicted line by %.1e, which a symmetric loss must not be. "
              .formatted(verdict.deviation()));
    } else {
      text.append(
          "The theorem does not hold: off the line of the best C, "
              + number(verdict.constant(), 4)
              + ", by up to "
              + number(verdict.deviation(), 2)
              + ". ");
    }
    return text.append(orders(verdict)).toString();
  }

  private static String orders(LossVerdict verdict) {
    List<LossVerdict.Order> comparable =
        verdict.orders().stream().filter(order -> !Double.isNaN(order.tau())).toList();
    if (comparable.isEmpty()) {
      return "One network has no order.";
    }
    if (comparable.stream().allMatch(LossVerdict.Order::kept)) {
      return "Noise keeps the order of risks (tau = 1).";
    }
    return "Noise changes the order of risks: "
        + comparable.stream()
            .map(order -> "tau = %.3f at eta = %s".formatted(order.tau(), order.rate()))
            .collect(Collectors.joining(", "))
        + ".";
  }

  private static void table(List<String[]> rows, int leftColumns, PrintWriter out) {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        line.append(String.format((c < leftColumns ? "%-" : "%") + widths[c] + "s  ", row[c]));
      }
      out.println(line.toString().stripTrailing());
    }
  }
}

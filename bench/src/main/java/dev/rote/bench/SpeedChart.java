package dev.rote.bench;

import dev.rote.figure.Axis;
import dev.rote.figure.Bars;
import dev.rote.figure.Theme;
import dev.rote.study.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results as bars: ratios to plain libtorch, with their range, and images per second. */
final class SpeedChart {
  private SpeedChart() {}

  /** Returns an SVG document. */
  static String svg(Results results, String measured) {
    Map<String, List<Bars.Bar>> groups = new LinkedHashMap<>();
    double longest = 1;
    for (Outcome outcome : results.outcomes()) {
      Rounds ratio = results.toPlain(outcome);
      longest = Math.max(longest, ratio.max());
      Entrant entrant = outcome.entrant();
      boolean bf16 = entrant.precision() == Precision.BF16;
      groups
          .computeIfAbsent(entrant.workload().network().toString(), network -> new ArrayList<>())
          .add(
              new Bars.Bar(
                  entrant.name() + (bf16 ? ", bf16" : ""),
                  ratio.median(),
                  ratio.min(),
                  ratio.max(),
                  String.format(
                      Locale.ROOT,
                      "%.2f (%,.0f/s)",
                      ratio.median(),
                      outcome.imagesPerSecond().median()),
                  color(entrant.subject())));
    }
    List<Bars.Group> bars =
        groups.entrySet().stream()
            .map(entry -> new Bars.Group(entry.getKey(), entry.getValue()))
            .toList();
    return new Bars(
            "Speed of training, plain libtorch = 1",
            measured,
            Axis.holding("images per second, over plain libtorch's", 0, longest),
            1,
            bars)
        .svg(Theme.LIGHT);
  }

  private static int color(Subject subject) {
    return switch (subject) {
      case PLAIN -> 7;
      case DJL -> 4;
      case ROTE -> 0;
      case LIMIT -> 2;
      case PYTORCH -> 5;
      case PYTORCH_COMPILE -> 3;
    };
  }
}

package dev.rote.report.page;

import dev.rote.analysis.SampleScores;
import dev.rote.analysis.Setting;
import dev.rote.memorization.SeedSummary;
import dev.rote.report.audit.FactTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The tables of memorization scores. */
final class ScoreTables {
  private ScoreTables() {}

  /** Returns, for each setting, a table of the scores and one of what may stand for them. */
  static List<FactTable> of(List<SampleScores> scores) {
    Set<Setting> settings = new LinkedHashSet<>();
    scores.forEach(score -> settings.add(score.condition().setting()));
    List<FactTable> tables = new ArrayList<>();
    for (Setting setting : settings) {
      List<SampleScores> here =
          scores.stream().filter(score -> score.condition().setting().equals(setting)).toList();
      tables.add(scores(setting, here));
      tables.add(proxies(setting, here));
    }
    return List.copyOf(tables);
  }

  private static FactTable scores(Setting setting, List<SampleScores> scores) {
    return new FactTable(
        "Memorization scores: " + setting.label(),
        "mem(i) = Pr[correct on i | trained on i] − Pr[correct on i | not trained on i] (Feldman"
            + " and Zhang 2020), over the networks of each loss: mean, with a 95% interval by the"
            + " jackknife over networks, and share of the samples below 0.25. memorization_scores.csv"
            + " has every sample with its standard error.",
        List.of(
            "noise",
            "loss",
            "networks",
            "mean, clean",
            "mean, altered",
            "below 0.25, clean",
            "below 0.25, altered"),
        scores.stream()
            .map(
                score ->
                    List.of(
                        score.condition().noise().toString(),
                        score.condition().loss().toString(),
                        Integer.toString(score.networks()),
                        text(score.mean(false)),
                        text(score.mean(true)),
                        text(score.shareBelow(SampleScores.MEMORIZED, false)),
                        text(score.shareBelow(SampleScores.MEMORIZED, true))))
            .toList());
  }

  private static FactTable proxies(Setting setting, List<SampleScores> scores) {
    List<List<String>> rows = new ArrayList<>();
    for (SampleScores score : scores) {
      for (SampleScores.Proxy proxy : score.proxies()) {
        rows.add(
            List.of(
                score.condition().noise().toString(),
                score.condition().loss().toString(),
                proxy.name(),
                text(proxy.all()),
                text(proxy.clean()),
                text(proxy.altered())));
      }
    }
    return new FactTable(
        "What one training tells of memorization scores: " + setting.label(),
        "Spearman's rank correlation with mem, over the samples that a network trained on: mean"
            + " over the networks with Student's 95% interval. Noise in the estimates of mem lowers"
            + " every correlation.",
        List.of("noise", "loss", "of one training", "all samples", "clean", "altered"),
        rows);
  }

  private static String text(SeedSummary value) {
    if (Double.isNaN(value.mean())) {
      return "–";
    }
    return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value.mean(), value.low(), value.high());
  }
}

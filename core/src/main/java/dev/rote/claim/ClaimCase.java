package dev.rote.claim;

import dev.rote.analysis.Replicates;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects the evidence for a claim. */
final class ClaimCase {
  private final List<Finding> figures = new ArrayList<>();
  private final Set<String> runs = new LinkedHashSet<>();
  private final Set<String> met = new LinkedHashSet<>();
  private final List<String> needed;
  private String counted = "seeds";

  /** {@code needed}: the parts of the claim, each of which needs a figure. */
  ClaimCase(String... needed) {
    this.needed = List.of(needed);
  }

  /** Counts networks in place of seeds: the figures are over networks. */
  ClaimCase ofNetworks() {
    counted = "networks";
    return this;
  }

  /** Adds a figure for a part of the claim, and the runs that it comes from. */
  void add(String part, Finding figure, Replicates... groups) {
    met.add(part);
    figures.add(figure);
    for (Replicates group : groups) {
      runs.addAll(group.ids());
    }
  }

  /** Adds a run to those that the claim rests on. */
  void restsOn(String run) {
    runs.add(run);
  }

  /** Returns the claim with the verdict that its figures allow. */
  Claim close(int number, String claim) {
    List<String> missing = needed.stream().filter(part -> !met.contains(part)).toList();
    List<Finding> failing = answered(Verdict.DOES_NOT_HOLD);
    List<Finding> unclear = answered(Verdict.NOT_ENOUGH);
    List<Finding> changing = answered(Verdict.STILL_CHANGING);
    Verdict verdict;
    String summary;
    if (!failing.isEmpty()) {
      verdict = Verdict.DOES_NOT_HOLD;
      summary = some(failing, "not as claimed");
    } else if (!missing.isEmpty() || !unclear.isEmpty()) {
      verdict = Verdict.NOT_ENOUGH;
      List<String> sentences = new ArrayList<>();
      if (!missing.isEmpty()) {
        sentences.add(
            "Needs finished runs that learned something: " + String.join("; ", missing) + ".");
      }
      if (!unclear.isEmpty()) {
        sentences.add(some(unclear, "undecided"));
      }
      summary = String.join(" ", sentences);
    } else if (!changing.isEmpty()) {
      verdict = Verdict.STILL_CHANGING;
      summary = some(changing, "still changing");
    } else {
      verdict = Verdict.HOLDS;
      summary =
          "%s as claimed, from at least %d %s."
              .formatted(
                  figures.size() == 1
                      ? "The one figure is"
                      : "All %d figures are".formatted(figures.size()),
                  figures.stream().mapToInt(figure -> figure.value().seeds()).min().orElse(0),
                  counted);
    }
    return new Claim(number, claim, verdict, summary, List.copyOf(figures), List.copyOf(runs));
  }

  private List<Finding> answered(Verdict answer) {
    return figures.stream().filter(figure -> figure.answer() == answer).toList();
  }

  /** Says how many figures are so, with the first as an example. */
  private String some(List<Finding> those, String how) {
    return "%d of %d figure%s %s %s%s: %s."
        .formatted(
            those.size(),
            figures.size(),
            figures.size() == 1 ? "" : "s",
            those.size() == 1 ? "is" : "are",
            how,
            those.size() == 1 ? "" : ", among them",
            those.get(0).text());
  }
}

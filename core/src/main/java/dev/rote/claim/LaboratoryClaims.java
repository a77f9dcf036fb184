package dev.rote.claim;

import dev.rote.analysis.Corruption;
import dev.rote.analysis.Ending;
import dev.rote.analysis.Evidence;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.SampleScores;
import dev.rote.analysis.Setting;
import dev.rote.data.Inputs;
import dev.rote.memorization.SeedSummary;
import dev.rote.study.LossSpec;
import java.util.List;
import java.util.Optional;

/** Checks what others have found about memorization, where runs measure it: claims 8 to 12. */
final class LaboratoryClaims {
  private final Evidence evidence;
  private final Thresholds thresholds;

  LaboratoryClaims(Evidence evidence, Thresholds thresholds) {
    this.evidence = evidence;
    this.thresholds = thresholds;
  }

  /** Checks Zhang et al. 2017, section 2.2. */
  Claim fitsAnything() {
    ClaimCase rests =
        new ClaimCase(
            "CCE with random labels",
            "CCE on shuffled-pixels",
            "CCE on random-pixels",
            "CCE on gaussian");
    Bound asked = Bound.atLeast(thresholds.of(Threshold.MEMORIZED_J1));
    for (Replicates group : evidence.replicates()) {
      corrupted(group)
          .filter(part -> group.condition().loss().equals(LossSpec.CCE))
          .ifPresent(
              part ->
                  group
                      .endOfJ1()
                      .ifPresent(j1 -> rests.add(part, figure(group, "J1", j1, asked), group)));
    }
    return rests.close(
        9,
        "With CCE, networks fit random labels, shuffled pixels, random pixels and Gaussian noise.");
  }

  /** Returns the part of claim 9 that a group is evidence for: random labels, or altered inputs. */
  private static Optional<String> corrupted(Replicates group) {
    Inputs inputs = group.condition().setting().inputs();
    if (inputs != Inputs.NONE) {
      return Optional.of("CCE on " + inputs).filter(part -> group.condition().clean());
    }
    return Optional.of("CCE with random labels")
        .filter(part -> group.condition().noise().equals(Corruption.RANDOM_LABELS));
  }

  /** Checks Zhang et al. 2017, section 3: regularizers do not prevent the fit of random labels. */
  Claim regularizers() {
    String needed = "CCE with random labels, with and without a regularizer, at the same seeds";
    ClaimCase rests = new ClaimCase(needed);
    Bound asked = Bound.within(thresholds.of(Threshold.REGULARIZER));
    for (Replicates group : evidence.replicates()) {
      Setting plain = group.condition().setting().withoutRegularizers();
      if (corrupted(group).isEmpty()
          || !group.condition().loss().equals(LossSpec.CCE)
          || plain.equals(group.condition().setting())) {
        continue;
      }
      for (Replicates other : evidence.of(plain)) {
        if (other.condition().loss().equals(LossSpec.CCE)
            && other.condition().fingerprint().equals(group.condition().fingerprint())) {
          group
              .differenceOfJ1(other)
              .ifPresent(
                  difference ->
                      rests.add(
                          needed,
                          figure(
                              group,
                              "difference of J1 by " + group.condition().setting().regularizers(),
                              difference,
                              asked),
                          group,
                          other));
        }
      }
    }
    return rests.close(
        10,
        "Dropout, weight decay and augmentation change little in that: they do not prevent it.");
  }

  /** Checks Arpit et al. 2017, section 4.2. */
  Claim noiseIsCritical() {
    String needed =
        "CCE with altered and with original labels, at the same seed, and --measure"
            + " critical-samples";
    ClaimCase rests = new ClaimCase(needed);
    for (Replicates group : memorizing()) {
      Optional<Replicates> clean = evidence.cleanOf(group);
      clean
          .flatMap(group::differenceOfCriticalRatio)
          .ifPresent(
              difference ->
                  rests.add(
                      needed,
                      figure(
                          group,
                          "critical sample ratio minus that at η = 0",
                          difference,
                          Bound.aboveZero()),
                      group,
                      clean.get()));
    }
    return rests.close(
        11,
        "With CCE, more samples are critical after training on altered labels than on original"
            + " ones.");
  }

  /** Checks Arpit et al. 2017, section 4. */
  Claim patternsFirst() {
    String needed = "CCE with altered labels";
    ClaimCase rests = new ClaimCase(needed);
    for (Replicates group : memorizing()) {
      if (random(group)) {
        continue;
      }
      group
          .leadOfClean(thresholds.of(Threshold.MOST))
          .ifPresent(
              lead ->
                  rests.add(
                      needed,
                      figure(
                          group,
                          "learned share of the clean samples minus that of the altered ones, in"
                              + " the first epoch in which most clean ones are learned",
                          lead,
                          Bound.aboveZero()),
                      group));
    }
    return rests.close(12, "With CCE, networks learn patterns before they memorize noise.");
  }

  /** Returns the runs of CCE on true images with symmetric noise. */
  private List<Replicates> memorizing() {
    return evidence.symmetricOnImages().stream()
        .filter(group -> group.condition().loss().equals(LossSpec.CCE))
        .filter(group -> !group.condition().clean())
        .toList();
  }

  /** Returns whether labels are so often altered that they say nothing about the images. */
  private static boolean random(Replicates group) {
    int classes = group.condition().setting().classes();
    return group.condition().symmetricRate().orElse(1) >= 1 - 1.0 / classes;
  }

  static Claim memorizesLongTail(List<SampleScores> all, Thresholds thresholds) {
    String altered = "memorization scores of altered samples under CCE";
    String clean = "memorization scores of clean samples under CCE";
    ClaimCase rests = new ClaimCase(altered, clean).ofNetworks();
    for (SampleScores scores : all) {
      if (!scores.condition().loss().equals(LossSpec.CCE)) {
        continue;
      }
      if (scores.memorization(true).length > 0) {
        rests.add(
            altered,
            figure(
                scores,
                "mean memorization score of the altered samples",
                scores.mean(true),
                Bound.atLeast(thresholds.of(Threshold.HIGH_SCORE)),
                thresholds),
            scores.group());
      }
      rests.add(
          clean,
          figure(
              scores,
              "share of the clean samples with a memorization score below "
                  + SampleScores.MEMORIZED,
              scores.shareBelow(SampleScores.MEMORIZED, false),
              Bound.atLeast(thresholds.of(Threshold.MOST)),
              thresholds),
          scores.group());
    }
    return rests.close(
        8,
        "Under CCE, memorization scores of altered samples are high, and those of most clean samples"
            + " are near 0.");
  }

  private static Finding figure(
      SampleScores scores, String quantity, SeedSummary value, Bound asked, Thresholds thresholds) {
    int needed = (int) Math.max(2, thresholds.of(Threshold.NETWORKS));
    boolean enough = value.seeds() >= needed;
    boolean clear = asked.contains(value) || asked.excludes(value);
    Verdict answer =
        !enough || !clear
            ? Verdict.NOT_ENOUGH
            : asked.contains(value) ? Verdict.HOLDS : Verdict.DOES_NOT_HOLD;
    String reason =
        !enough
            ? "%d of at least %d networks".formatted(value.seeds(), needed)
            : clear ? "" : "the interval covers both answers; more networks narrow it";
    return new Finding(
        Finding.Subject.of(scores.condition(), quantity), value, asked.text(), answer, reason);
  }

  private Finding figure(Replicates group, String quantity, Ending value, Bound asked) {
    return Finding.of(Finding.Subject.of(group.condition(), quantity), value, asked, thresholds);
  }
}

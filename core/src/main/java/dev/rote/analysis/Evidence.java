package dev.rote.analysis;

import dev.rote.data.Inputs;
import dev.rote.noise.LabelNoise;
import dev.rote.run.CompactResults;
import dev.rote.run.RunRecord;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.run.Summary;
import dev.rote.study.LossSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All runs of some studies, grouped.
 *
 * @param studies the results directories
 * @param runs every run that has an epoch, once, by name
 * @param replicates the runs by condition: settings in order of appearance, then noise, then loss
 * @param gaps runs that are missing, unfinished, failed or did not fit, in words
 */
public record Evidence(
    List<Path> studies, List<Summary> runs, List<Replicates> replicates, List<String> gaps) {

  /**
   * Reads studies, finished or not, or their compact results.
   *
   * @throws dev.rote.text.InputException if a directory holds no study or a file of it is damaged
   */
  public static Evidence read(List<Path> studies) throws IOException {
    List<StoredRun> stored = new ArrayList<>();
    List<Summary> summaries = new ArrayList<>();
    for (Path study : studies) {
      if (CompactResults.areIn(study)) {
        List<Summary> compact = CompactResults.read(study);
        compact.forEach(run -> stored.add(run.run()));
        summaries.addAll(compact);
      } else {
        StudyDirectory.requireStudy(study);
        List<StoredRun> runs = StoredRun.readAll(study);
        stored.addAll(runs);
        summaries.addAll(Summary.ofAll(runs));
      }
    }
    return of(studies, stored, summaries);
  }

  /**
   * Groups runs that have been read already.
   *
   * @param stored every run, with an epoch or without
   * @param summaries the summaries of those that have an epoch
   */
  public static Evidence of(List<Path> studies, List<StoredRun> stored, List<Summary> summaries) {
    List<String> gaps = new ArrayList<>();
    stored.forEach(run -> gapOf(run).ifPresent(gaps::add));
    Map<String, Summary> byId = new LinkedHashMap<>();
    summaries.forEach(run -> byId.merge(run.run().record().id(), run, Evidence::further));
    List<Summary> runs = List.copyOf(byId.values());
    List<Replicates> replicates = group(runs);
    gaps.addAll(neverBegun(stored, replicates));
    for (Summary run : runs) {
      run.misfit().ifPresent(why -> gaps.add(label(run.run().record()) + ": " + why));
    }
    return new Evidence(List.copyOf(studies), runs, replicates, List.copyOf(gaps));
  }

  private static Summary further(Summary a, Summary b) {
    return a.last().epoch() >= b.last().epoch() ? a : b;
  }

  private static Optional<String> gapOf(StoredRun run) {
    if (run.failure().isPresent()) {
      return Optional.of(label(run.record()) + ": failed: " + run.failure().get());
    }
    if (run.damage().isPresent()) {
      return Optional.of(
          "%s: %s; %d of %d epochs are whole, and running the study again repairs it"
              .formatted(
                  label(run.record()),
                  run.damage().get(),
                  run.epochs().size(),
                  run.record().spec().protocol().epochs()));
    }
    return run.finished()
        ? Optional.empty()
        : Optional.of(
            "%s: %d of %d epochs done"
                .formatted(
                    label(run.record()),
                    run.epochs().size(),
                    run.record().spec().protocol().epochs()));
  }

  private static String label(RunRecord record) {
    return "%s, %s, seed %d (%s)"
        .formatted(
            record.spec().loss(),
            record.spec().noise(),
            record.spec().seed(),
            Setting.of(record).label());
  }

  private static List<Replicates> group(List<Summary> runs) {
    Map<Condition, List<Summary>> groups = new LinkedHashMap<>();
    for (Summary run : runs) {
      groups.computeIfAbsent(Condition.of(run.run().record()), c -> new ArrayList<>()).add(run);
    }
    List<Replicates> all = new ArrayList<>();
    groups.forEach((condition, list) -> all.add(new Replicates(condition, list)));
    return List.copyOf(all);
  }

  /** What tells a run of a setting from the others. */
  private record Place(Setting setting, LossSpec loss, LabelNoise noise, long seed) {
    static Place of(RunRecord record) {
      return new Place(
          Setting.of(record), record.spec().loss(), record.spec().noise(), record.spec().seed());
    }
  }

  /** Returns the losses, noises and seeds of a setting in whose combination no run has begun. */
  private static List<String> neverBegun(List<StoredRun> stored, List<Replicates> replicates) {
    Map<Setting, List<Replicates>> bySetting = new LinkedHashMap<>();
    for (Replicates group : replicates) {
      bySetting.computeIfAbsent(group.condition().setting(), s -> new ArrayList<>()).add(group);
    }
    Set<Place> begun = new HashSet<>();
    stored.forEach(run -> begun.add(Place.of(run.record())));
    List<String> gaps = new ArrayList<>();
    bySetting.forEach(
        (setting, groups) -> {
          Set<LossSpec> losses = new LinkedHashSet<>();
          Set<LabelNoise> noises = new LinkedHashSet<>();
          Set<Long> seeds = new TreeSet<>();
          for (Replicates group : groups) {
            losses.add(group.condition().loss());
            noises.add(group.condition().noise());
            group.runs().forEach(run -> seeds.add(run.run().record().spec().seed()));
          }
          for (LabelNoise noise : noises) {
            for (LossSpec loss : losses) {
              for (long seed : seeds) {
                if (!begun.contains(new Place(setting, loss, noise, seed))) {
                  gaps.add(
                      "%s, %s, seed %d (%s): not begun"
                          .formatted(loss, noise, seed, setting.label()));
                }
              }
            }
          }
        });
    return gaps;
  }

  /** Returns the settings, in order of appearance. */
  public List<Setting> settings() {
    return replicates.stream().map(group -> group.condition().setting()).distinct().toList();
  }

  /** Returns the replicates of one setting. */
  public List<Replicates> of(Setting setting) {
    return replicates.stream()
        .filter(group -> group.condition().setting().equals(setting))
        .toList();
  }

  /** Returns the replicates on images, not altered inputs, under no or symmetric noise. */
  public List<Replicates> symmetricOnImages() {
    return replicates.stream()
        .filter(group -> group.condition().setting().inputs() == Inputs.NONE)
        .filter(group -> group.condition().symmetricRate().isPresent())
        .toList();
  }

  /** Returns the same loss at η = 0, for a comparison. */
  public Optional<Replicates> cleanOf(Replicates noisy) {
    return cleanOf(noisy, noisy.condition().setting());
  }

  /** Returns the same loss at η = 0 in another setting. */
  Optional<Replicates> cleanOf(Replicates noisy, Setting setting) {
    return replicates.stream()
        .filter(
            group ->
                group.condition().setting().equals(setting)
                    && group.condition().loss().equals(noisy.condition().loss())
                    && group.condition().learningRate() == noisy.condition().learningRate()
                    && group.condition().clean())
        .findFirst();
  }
}

package dev.rote.engine;

import dev.rote.audit.Judgement;
import dev.rote.data.DataSet;
import dev.rote.run.StudyDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Trains the networks of an audit.
 *
 * @param folds which networks there are
 * @param allocation how many train at once
 * @param out directory of the audit's results
 */
record FoldTraining(
    CrossValidation folds, Allocation allocation, Path out, StudyListener listener) {
  /** How often a network that learned much less than the others is trained with another seed. */
  private static final int MOST_AGAIN = 2;

  /**
   * Trains all networks. One that learned much less than the others is trained again with another
   * seed, and the better of its trainings counts.
   *
   * @param warnings gets one for each such network
   */
  List<CrossValidation.Network> train(DataSet data, int[] observed, List<String> warnings)
      throws IOException, InterruptedException {
    List<CrossValidation.Network> first = folds.networks(data, out);
    train(first);
    List<CrossValidation.Network> best = new ArrayList<>(first);
    List<Judgement> judgements = new ArrayList<>(folds.judgements(data.train(), observed, best));
    List<Integer> weak = folds.weak(judgements);
    for (int again = 1; again <= MOST_AGAIN && !weak.isEmpty(); again++) {
      Map<Integer, CrossValidation.Network> others = new TreeMap<>();
      for (int network : weak) {
        listener.notice(
            "Training %s again with another seed: it learned much less than the others."
                .formatted(name(best.get(network))));
        others.put(network, folds.network(network, again, data, out));
      }
      train(List.copyOf(others.values()));
      for (Map.Entry<Integer, CrossValidation.Network> other : others.entrySet()) {
        int i = other.getKey();
        Judgement judgement = folds.judgement(i, other.getValue(), data.train(), observed);
        if (judgement.agreement() > judgements.get(i).agreement()) {
          judgements.set(i, judgement);
          best.set(i, other.getValue());
        }
      }
      weak = folds.weak(judgements);
    }
    for (int i = 0; i < best.size(); i++) {
      if (weak.contains(i)) {
        warnings.add(
            name(best.get(i)) + " learned much less than the others, with other seeds too");
      } else if (!best.get(i).equals(first.get(i))) {
        warnings.add(
            "%s learned much less than the others and is replaced by %s, trained with another seed"
                .formatted(name(first.get(i)), out.relativize(best.get(i).place())));
      }
    }
    return best;
  }

  private String name(CrossValidation.Network network) {
    return "the network in " + out.relativize(network.place());
  }

  private void train(List<CrossValidation.Network> networks)
      throws IOException, InterruptedException {
    List<PlannedRun> runs = new ArrayList<>();
    networks.forEach(network -> runs.addAll(network.plan().runs()));
    List<StudyDirectory> held = new ArrayList<>();
    try (Launcher launcher = new LocalLauncher(out, allocation)) {
      for (CrossValidation.Network network : networks) {
        StudyPlan plan = network.plan();
        held.add(StudyDirectory.open(network.place(), plan.identity(), plan.bytesToWrite()));
      }
      List<RunFailure> missing =
          Outcomes.train(launcher, runs, new StopAtFailure(listener, launcher));
      if (!missing.isEmpty()) {
        throw new IncompleteException(missing, runs.size());
      }
    } finally {
      for (StudyDirectory directory : held) {
        directory.close();
      }
    }
  }

  /** Ends an audit with the first run that fails, since the audit needs them all. */
  private static final class StopAtFailure extends Outcomes {
    private final Launcher launcher;

    StopAtFailure(StudyListener listener, Launcher launcher) {
      super(listener);
      this.launcher = launcher;
    }

    @Override
    public void failed(PlannedRun run, String reason, boolean refused) {
      super.failed(run, reason, refused);
      launcher.close();
    }
  }
}

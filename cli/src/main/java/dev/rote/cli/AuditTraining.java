package dev.rote.cli;

import dev.rote.audit.Dynamics;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelFile;
import dev.rote.data.LabelledImages;
import dev.rote.engine.CrossValidation;
import dev.rote.engine.Launcher;
import dev.rote.engine.LocalLauncher;
import dev.rote.engine.PlannedRun;
import dev.rote.engine.StudyPlan;
import dev.rote.noise.LabelNoise;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.study.LossSpec;
import dev.rote.text.Term;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an audit trains, and how that goes.
 *
 * @param trained labels that the networks are given, by position
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AuditTraining(
    DataSpec spec,
    LabelledImages images,
    int[] trained,
    AuditSettings settings,
    LossSpec loss,
    long seed,
    Path out) {

  /** What the networks say of each sample; empty if the training failed, which it has said then. */
  Optional<Dynamics> run(PrintWriter text, PrintWriter errors)
      throws IOException, InterruptedException {
    CrossValidation validation =
        new CrossValidation(
            spec,
            LabelNoise.parse("labels(" + Term.word(writeLabels().toString()) + ")"),
            settings.network(),
            loss,
            settings.protocol(),
            settings.folds(),
            seed);
    List<StudyPlan> plans = validation.plans(out);
    List<PlannedRun> unfinished = new ArrayList<>();
    for (StudyPlan plan : plans) {
      // The last takes longest, so it goes first.
      plan.runs().stream().filter(run -> !run.finished()).forEach(run -> unfinished.add(0, run));
    }
    if (!unfinished.isEmpty()) {
      Optional<String> failure = train(validation, plans, unfinished, text);
      if (failure.isPresent()) {
        errors.println("rote: " + failure.get());
        return Optional.empty();
      }
    }
    return Optional.of(validation.read(images, plans));
  }

  private Optional<String> train(
      CrossValidation validation,
      List<StudyPlan> plans,
      List<PlannedRun> unfinished,
      PrintWriter text)
      throws IOException, InterruptedException {
    List<StudyDirectory> held = new ArrayList<>();
    try {
      for (int i = 0; i < plans.size(); i++) {
        StudyPlan plan = plans.get(i);
        held.add(
            StudyDirectory.open(
                validation.directory(out, i), plan.identity(), plan.bytesToWrite()));
      }
      ProgressDisplay progress = ProgressDisplay.on(text);
      progress.expect(unfinished);
      try (progress;
          Launcher launcher = new LocalLauncher(out, settings.allocation())) {
        launcher.train(unfinished, progress);
      }
      for (PlannedRun run : unfinished) {
        Optional<StoredRun> stored = StoredRun.read(run.directory());
        if (!stored.map(StoredRun::finished).orElse(false)) {
          return Optional.of(
              run.label() + ": " + stored.flatMap(StoredRun::failure).orElse("not finished"));
        }
      }
      return Optional.empty();
    } finally {
      for (StudyDirectory directory : held) {
        directory.close();
      }
    }
  }

  /** With sample ids, so that every fold finds its own. */
  private Path writeLabels() throws IOException {
    Path file = out.resolve("trained_labels.csv");
    LabelFile.write(file, images.ids(), trained, images.classNames());
    return file.toAbsolutePath();
  }
}

package dev.rote.report.page;

import dev.rote.analysis.Evidence;
import dev.rote.analysis.Setting;
import dev.rote.data.Inputs;
import dev.rote.run.Summary;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.Precision;
import dev.rote.study.RunSpec;
import dev.rote.study.SeedRange;
import dev.rote.text.Program;
import dev.rote.text.ShellWords;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The {@code rote study} commands that repeat the runs of a report. */
final class CommandLine {
  private CommandLine() {}

  /** Returns one command for each setting that Rote trained. */
  static List<String> of(Evidence evidence) {
    List<String> commands = new ArrayList<>();
    for (Setting setting : evidence.settings()) {
      List<RunSpec> specs =
          evidence.of(setting).stream()
              .flatMap(group -> group.runs().stream())
              .map(Summary::run)
              .map(run -> run.record().spec())
              .toList();
      if (!(setting.protocol().optimizer() instanceof OptimizerSpec.Unknown)) {
        commands.add(of(specs));
      }
    }
    return List.copyOf(commands);
  }

  private static String of(List<RunSpec> specs) {
    RunSpec first = specs.get(0);
    var data = first.data();
    var protocol = first.protocol();
    List<String> words = new ArrayList<>(List.of(Program.command(), "study"));
    add(words, "--dataset", data.dataset());
    data.path().ifPresent(path -> add(words, "--data", path));
    data.split().ifPresent(parts -> add(words, "--split", parts));
    data.subset().train().ifPresent(n -> add(words, "--subset", n.toString()));
    data.subset().test().ifPresent(n -> add(words, "--test-subset", n.toString()));
    data.imageFiles().size().ifPresent(n -> add(words, "--image-size", n.toString()));
    if (data.imageFiles().grey()) {
      words.add("--grey");
    }
    data.subset().subsample().ifPresent(share -> add(words, "--subsample", share.toString()));
    if (data.dataSeed() != 0) {
      add(words, "--data-seed", Long.toString(data.dataSeed()));
    }
    add(words, "--network", first.network().toString());
    Set<String> losses = new LinkedHashSet<>();
    Set<String> noises = new LinkedHashSet<>();
    TreeSet<Long> seeds = new TreeSet<>();
    TreeMap<String, Double> rates = new TreeMap<>();
    for (RunSpec spec : specs) {
      losses.add(spec.loss().toString());
      noises.add(spec.noise().toString());
      seeds.add(spec.seed());
      rates.put(spec.loss().toString(), spec.protocol().optimizer().rate());
    }
    losses.forEach(loss -> add(words, "--loss", loss));
    noises.forEach(noise -> add(words, "--noise", noise));
    if (first.inputs() != Inputs.NONE) {
      add(words, "--inputs", first.inputs().toString());
    }
    SeedRange.covering(seeds).forEach(range -> add(words, "--seed", range.toString()));
    add(words, "--optimizer", protocol.optimizer().name());
    double rate = rates.get(first.loss().toString());
    add(words, "--learning-rate", Double.toString(rate));
    rates.forEach(
        (loss, own) -> {
          if (own != rate) {
            add(words, "--loss-rate", loss + "=" + own);
          }
        });
    if (!(protocol.optimizer() instanceof OptimizerSpec.Adam)) {
      add(words, "--momentum", Double.toString(protocol.optimizer().momentum()));
    }
    add(words, "--weight-decay", Double.toString(protocol.optimizer().weightDecay()));
    add(words, "--schedule", protocol.schedule().decay().toString());
    add(words, "--warmup", Integer.toString(protocol.schedule().warmupEpochs()));
    add(words, "--epochs", Integer.toString(protocol.epochs()));
    add(words, "--batch-size", Integer.toString(protocol.batchSize()));
    add(words, "--clip", protocol.clip().map(norm -> Double.toString(norm)).orElse("0"));
    protocol.dropout().ifPresent(p -> add(words, "--dropout", p.toString()));
    if (protocol.precision() != Precision.FLOAT32) {
      add(words, "--precision", protocol.precision().toString());
    }
    add(words, "--augmentation", protocol.augmentation().toString());
    add(words, "--out", "DIR");
    return ShellWords.line(words);
  }

  private static void add(List<String> words, String option, String value) {
    words.addAll(List.of(option, value));
  }
}

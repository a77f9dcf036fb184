package dev.rote.cli;

import dev.rote.net.Networks;
import dev.rote.noise.LabelNoise;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.StudyOptions;
import dev.rote.study.StudySpec;
import dev.rote.text.InputException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The study file and the options that override it. */
final class SpecOptions {
  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "study file (YAML); options override it")
  private Path file;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      completionCandidates = Choices.Studies.class,
      description = "one of ${COMPLETION-CANDIDATES}")
  private String preset;

  @Mixin private DataOptions data;

  @Option(names = "--test-subset", paramLabel = "N", description = "test on N images")
  private Integer testSubset;

  @Option(names = "--data-seed", paramLabel = "N", description = "seed of the subset and of glyphs")
  private Long dataSeed;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      completionCandidates = Choices.Networks.class,
      description = "one of ${COMPLETION-CANDIDATES}")
  private String network;

  @Option(
      names = "--loss",
      paramLabel = "LOSS",
      description =
          "cce, 'rll(alpha=0.1)', 'normalized(mse)', 'nce + 10*rce', com.example.MyLoss, …;"
              + " repeatable")
  private List<String> losses;

  @Option(
      names = "--noise",
      paramLabel = "NOISE",
      description =
          "none, 'symmetric(0.4)', 'symmetric(0.4, exact)', 'uniform(0.4)', 'pair(0.4)',"
              + " 'matrix(FILE)', 'labels(FILE)'; repeatable")
  private List<String> noises;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "seed of noise, weights and batch order; repeatable")
  private List<Long> seeds;

  @Option(
      names = "--loss-rate",
      paramLabel = "LOSS=RATE",
      description = "learning rate of one loss; the rate follows the last '='; repeatable")
  private List<String> lossRates;

  @Mixin private TrainingOptions training;

  @Option(
      names = "--keep-weights",
      paramLabel = "N",
      description =
          "keep the weights of every N-th epoch, for 'rote theory' (default: the final ones)")
  private Integer keepWeights;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "directory of the results (default: studies/NAME)")
  private String out;

  /**
   * A study as the options state it.
   *
   * @param out directory of its results
   */
  record Stated(StudySpec spec, Path out) {}

  /** Reads the study file, if there is one, and returns the study that is asked for. */
  Stated read() {
    StudyOptions options = options();
    StudySpec spec = options.resolve(Networks::protocol);
    return new Stated(
        spec, Path.of(options.out() == null ? defaultOut(options, spec) : options.out()));
  }

  private StudyOptions options() {
    StudyOptions onLine =
        new StudyOptions(
            preset,
            data.images(testSubset, dataSeed),
            new StudyOptions.Grid(
                network == null ? null : new NetworkName(network),
                losses == null ? null : losses.stream().map(LossSpec::parse).toList(),
                noises == null ? null : noises.stream().map(LabelNoise::parse).toList(),
                seeds,
                rates()),
            training.optimization(),
            training.training(),
            keepWeights,
            out);
    return file == null ? onLine : StudyOptions.read(file).overriddenBy(onLine);
  }

  private Map<LossSpec, Double> rates() {
    if (lossRates == null) {
      return null;
    }
    Map<LossSpec, Double> rates = new LinkedHashMap<>();
    for (String text : lossRates) {
      int equals = text.lastIndexOf('=');
      try {
        if (equals < 1) {
          throw new NumberFormatException("no rate");
        }
        rates.put(
            LossSpec.parse(text.substring(0, equals)), Double.valueOf(text.substring(equals + 1)));
      } catch (NumberFormatException e) {
        throw new InputException(
            "--loss-rate '" + text + "' is not LOSS=RATE, as in 'rll(alpha=0.1)=0.01'", e);
      }
    }
    return rates;
  }

  private String defaultOut(StudyOptions options, StudySpec spec) {
    String name;
    if (options.preset() != null) {
      name = options.preset();
    } else if (file != null) {
      name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    } else if (options.images().dataset() == null && options.grid().network() == null) {
      name = "quick";
    } else {
      name = spec.data().dataset() + "-" + spec.network();
    }
    return "studies/" + name;
  }
}

package dev.rote.cli;

import dev.rote.data.Inputs;
import dev.rote.net.Networks;
import dev.rote.noise.LabelNoise;
import dev.rote.run.StudyDirectory;
import dev.rote.study.ExtraMeasure;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.Presets;
import dev.rote.study.SeedRange;
import dev.rote.study.StudyOptions;
import dev.rote.study.StudySpec;
import dev.rote.text.InputException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
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
      description =
          "one of ${COMPLETION-CANDIDATES}; paper is the three studies of the paper; repeatable")
  private List<String> presets = List.of();

  @Option(names = "--test-subset", paramLabel = "N", description = "test on N images")
  private Integer testSubset;

  @Option(names = "--data-seed", paramLabel = "N", description = "seed of the subset and of glyphs")
  private Long dataSeed;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      completionCandidates = Choices.Networks.class,
      description =
          "one of ${COMPLETION-CANDIDATES}; mlp(hidden=N) has N units in each hidden layer;"
              + " repeatable, as is --dataset: one study of each")
  private List<String> networks;

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
              + " 'matrix(FILE)', 'labels(FILE)', 'fixed(NOISE)'; repeatable")
  private List<String> noises;

  @Option(
      names = "--inputs",
      paramLabel = "NAME",
      completionCandidates = Choices.Inputs.class,
      description =
          "what networks see in place of the images: one of ${COMPLETION-CANDIDATES}; repeatable")
  private List<String> inputs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "seed of noise, inputs, weights and batch order, or a range (1..60); repeatable")
  private List<String> seeds;

  @Option(
      names = "--subsample",
      paramLabel = "SHARE",
      description =
          "train each run on a random share of the training images, drawn by its seed, and measure"
              + " all of them: memorization and influence scores")
  private Double subsample;

  @Option(
      names = "--loss-rate",
      paramLabel = "LOSS=RATE",
      description = "learning rate of one loss; the rate follows the last '='; repeatable")
  private List<String> lossRates;

  @Option(
      names = "--scale",
      paramLabel = "SHARE",
      description =
          "train on this share of the images for this share of the epochs, over which the schedule"
              + " falls as far; 0.2: a fifth")
  private Double scale;

  @Option(
      names = "--keep-weights",
      paramLabel = "N",
      description =
          "keep the weights of every N-th epoch, for 'rote theory' (default: the final ones)")
  private Integer keepWeights;

  @Option(
      names = "--measure",
      paramLabel = "NAME",
      completionCandidates = Choices.Measures.class,
      description =
          "measure more in each epoch: one of ${COMPLETION-CANDIDATES}; repeatable; changes no"
              + " other result")
  private List<String> measures;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "directory of the results (default: studies/NAME)")
  private String out;

  @ArgGroup(validate = false, order = 1, heading = "%nWhich images are used:%n")
  private DataOptions data = new DataOptions();

  @ArgGroup(validate = false, order = 2, heading = "%nHow each run trains:%n")
  private TrainingOptions training = new TrainingOptions();

  /**
   * A study as the options state it.
   *
   * @param out directory of its results
   */
  record Stated(StudySpec spec, Path out) {}

  /**
   * What the options state: one study, or one for each preset, data set and network.
   *
   * @param out directory of the results; several studies have directories in it
   */
  record Series(List<Stated> studies, Path out) {
    /**
     * Returns the study.
     *
     * @throws InputException if there are several
     */
    Stated only() {
      if (studies.size() > 1) {
        throw new InputException(
            "this takes one study at a time; give one preset, one network and one data set");
      }
      return studies.get(0);
    }
  }

  /** Reads the study file, if there is one, and returns the requested studies. */
  Series read() {
    StudyOptions inFile = file == null ? StudyOptions.none() : StudyOptions.read(file);
    Map<String, StudySpec> specs = new LinkedHashMap<>();
    String directory = null;
    for (String preset : orNone(presets.stream().map(Presets::members).flatMap(List::stream))) {
      for (String dataset : orNone(data.datasets().stream())) {
        StudyOptions options = inFile.overriddenBy(options(preset, dataset));
        for (StudySpec whole : options.studies(Networks::protocol)) {
          StudySpec spec = scale == null ? whole : whole.scaled(scale);
          String name = spec.data().dataset() + "-" + spec.network().fileName();
          if (specs.put(name, spec) != null) {
            throw new InputException(
                "two of the studies are of %s on %s; run them one after another"
                    .formatted(spec.network(), spec.data().dataset()));
          }
          directory = options.out() == null ? defaultOut(options, name) : options.out();
        }
      }
    }
    Path series = StudyDirectory.parse(directory);
    return new Series(
        specs.entrySet().stream()
            .map(
                study ->
                    new Stated(
                        study.getValue(),
                        specs.size() == 1 ? series : series.resolve(study.getKey())))
            .toList(),
        series);
  }

  /** Returns the values or, if there are none, one that states nothing. */
  private static List<String> orNone(Stream<String> values) {
    List<String> stated = values.toList();
    return stated.isEmpty() ? Collections.singletonList(null) : stated;
  }

  private StudyOptions options(String preset, String dataset) {
    return new StudyOptions(
        preset,
        data.images(dataset, testSubset, subsample, dataSeed),
        new StudyOptions.Grid(
            networks == null ? null : networks.stream().map(NetworkName::new).toList(),
            losses == null ? null : losses.stream().map(LossSpec::parse).toList(),
            noises == null ? null : noises.stream().map(LabelNoise::parse).toList(),
            inputs == null ? null : inputs.stream().map(Inputs::parse).toList(),
            seeds == null ? null : seeds.stream().map(SeedRange::parse).toList(),
            rates()),
        training.optimization(),
        training.training(),
        keepWeights,
        measures == null ? null : measures.stream().map(ExtraMeasure::parse).toList(),
        out);
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

  private String defaultOut(StudyOptions options, String study) {
    String name;
    if (!presets.isEmpty()) {
      name = String.join("+", presets);
    } else if (options.preset() != null) {
      name = options.preset();
    } else if (file != null) {
      name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    } else {
      name = nameOf(options, study);
    }
    return "studies/" + name;
  }

  private String nameOf(StudyOptions options, String study) {
    List<NetworkName> networks = Objects.requireNonNullElse(options.grid().network(), List.of());
    if (data.datasets().isEmpty() && networks.isEmpty()) {
      return "quick";
    }
    if (data.datasets().size() < 2 && networks.size() < 2) {
      return study;
    }
    return Stream.concat(data.datasets().stream(), networks.stream().map(NetworkName::fileName))
        .collect(Collectors.joining("+"));
  }
}

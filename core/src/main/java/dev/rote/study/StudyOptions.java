package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rote.data.DataSpec;
import dev.rote.data.Inputs;
import dev.rote.noise.LabelNoise;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import dev.rote.text.Term;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A study as a person states it: every field may be missing (null). The same fields come from a
 * preset, a YAML file and the command line, under the same names (in YAML {@code learning-rate:
 * 0.1} for {@code --learning-rate 0.1}, without the groups; {@code network}, {@code loss}, {@code
 * noise}, {@code inputs} and {@code seed} take one value or a list). Each source overrides the ones
 * before it.
 *
 * @param preset name of a preset that the other fields override
 * @param keepWeights see {@link Extras#keepWeights}
 * @param measure see {@link Extras#measures}
 * @param out directory of the results
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StudyOptions(
    String preset,
    Images images,
    Grid grid,
    Optimization optimization,
    Training training,
    Integer keepWeights,
    List<ExtraMeasure> measure,
    String out) {

  /**
   * Which images to train and test on; see {@link DataSpec}.
   *
   * @param data directory or file of the data set
   * @param subsample share of the training images that each run trains on
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Images(
      String dataset,
      String data,
      Integer subset,
      Integer testSubset,
      Double subsample,
      Integer imageSize,
      Boolean grey,
      String split,
      Long dataSeed) {
    /** Returns these images, with defaults for what is not given. */
    public DataSpec spec() {
      return DataSpec.of(or(dataset, "glyphs"), Optional.ofNullable(data))
          .withSubset(Optional.ofNullable(subset), Optional.ofNullable(testSubset))
          .withImages(Optional.ofNullable(imageSize), or(grey, false))
          .withDataSeed(or(dataSeed, 0L))
          .withSplit(Optional.ofNullable(split))
          .withSubsample(Optional.ofNullable(subsample));
    }
  }

  /**
   * Which runs a study consists of; see {@link StudySpec}.
   *
   * @param network several networks are several studies
   * @param seed single seeds and ranges such as {@code 1..60}
   * @param lossRate learning rates of single losses
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Grid(
      List<NetworkName> network,
      List<LossSpec> loss,
      List<LabelNoise> noise,
      List<Inputs> inputs,
      List<SeedRange> seed,
      Map<LossSpec, Double> lossRate) {}

  /** How weights are updated; see {@link OptimizerSpec}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Optimization(
      String optimizer, Double learningRate, Double momentum, Double weightDecay) {}

  /**
   * How long and on what each run trains; see {@link Protocol}.
   *
   * @param clip largest norm of a gradient; 0: none
   * @param dropout probability with which an activation is set to 0; 0: none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Training(
      Decay schedule,
      Integer warmup,
      Integer epochs,
      Integer batchSize,
      Precision precision,
      Augmentation augmentation,
      Double clip,
      Double dropout) {}

  /** The fields of each group by the group's name. */
  private static final Map<String, List<String>> GROUPS =
      Map.of(
          "images", keys(Images.class),
          "grid", keys(Grid.class),
          "optimization", keys(Optimization.class),
          "training", keys(Training.class));

  private static final NetworkName DEFAULT_NETWORK = new NetworkName("small-cnn");

  private static final List<String> UNGROUPED =
      keys(StudyOptions.class).stream().filter(key -> !GROUPS.containsKey(key)).toList();

  private static final String STATES_NOTHING =
      " states no keys and values; a study file has lines such as 'dataset: mnist'";

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          .build();

  /** Returns options that state nothing. */
  public static StudyOptions none() {
    return ofFlat(MAPPER.createObjectNode());
  }

  /** Reads options from a YAML file. Relative paths in it start at the working directory. */
  public static StudyOptions read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new InputException("study file " + file + " is not UTF-8 text; save it as UTF-8", e);
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
    return parse(text, file.toString());
  }

  /** Reads options from YAML text; {@code name} is for errors. */
  static StudyOptions parse(String text, String name) {
    if (text.isBlank()) {
      throw new InputException(name + STATES_NOTHING);
    }
    try {
      if (!(MAPPER.readTree(text) instanceof ObjectNode stated)) {
        throw new InputException(name + STATES_NOTHING);
      }
      for (String key : stated.propertyNames()) {
        if (!allKeys().contains(key)) {
          throw new InputException(
              name + line(text, key, null) + ": " + Names.unknown("key", key, allKeys()));
        }
      }
      StudyOptions options = ofFlat(stated);
      requireRates(options.grid.lossRate, name);
      requireEntries("network", options.grid.network, name);
      requireEntries("loss", options.grid.loss, name);
      requireEntries("noise", options.grid.noise, name);
      requireEntries("inputs", options.grid.inputs, name);
      requireEntries("seed", options.grid.seed, name);
      return options;
    } catch (DatabindException e) {
      String key =
          e.getPath().stream()
              .map(reference -> reference.getPropertyName())
              .filter(property -> property != null && !GROUPS.containsKey(property))
              .findFirst()
              .orElse(null);
      Throwable cause = e.getCause();
      String why = cause instanceof InputException ? cause.getMessage() : e.getOriginalMessage();
      throw new InputException(
          name
              + line(text, key, e)
              + (key == null ? "" : ": key '" + key + "'")
              + ": "
              + firstLine(why),
          e);
    } catch (JacksonException e) {
      throw new InputException(
          name + line(text, null, e) + ": " + firstLine(e.getOriginalMessage()), e);
    }
  }

  /** In YAML, {@code {cce:0.1}} without a space is a key without a value. */
  private static void requireRates(Map<LossSpec, Double> rates, String name) {
    if (rates != null) {
      rates.forEach(
          (loss, rate) -> {
            if (rate == null) {
              throw new InputException(
                  name
                      + ": key 'loss-rate': '"
                      + loss
                      + "' has no rate; YAML needs a space after the colon, as in {cce: 0.1}");
            }
          });
    }
  }

  private static void requireEntries(String key, List<?> values, String name) {
    if (values != null && values.contains(null)) {
      throw new InputException(
          "%s: key '%s': an entry of its list is empty; fill it in or delete it"
              .formatted(name, key));
    }
  }

  /** Returns where a key is: the parser reads ahead, so its location is often the next key's. */
  private static String line(String text, String key, JacksonException e) {
    if (key != null) {
      Matcher matcher =
          Pattern.compile("(?m)^\\s*['\"]?" + Pattern.quote(key) + "['\"]?\\s*:").matcher(text);
      if (matcher.find()) {
        return " line "
            + (1 + text.substring(0, matcher.end()).chars().filter(c -> c == '\n').count());
      }
    }
    return e == null || e.getLocation() == null || e.getLocation().getLineNr() < 1
        ? ""
        : " line " + e.getLocation().getLineNr();
  }

  /**
   * Returns the line that says what is wrong. The YAML parser first says what it was doing ("while
   * scanning for the next token"), and indents the places.
   */
  private static String firstLine(String text) {
    List<String> lines = text.strip().lines().toList();
    return lines.stream()
        .filter(line -> !line.startsWith("while ") && !line.startsWith(" "))
        .findFirst()
        .orElse(lines.get(0));
  }

  private static List<String> keys(Class<?> group) {
    return Arrays.stream(group.getRecordComponents())
        .map(RecordComponent::getName)
        .map(name -> name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
        .toList();
  }

  private static List<String> allKeys() {
    return Stream.concat(UNGROUPED.stream(), GROUPS.values().stream().flatMap(List::stream))
        .toList();
  }

  /** Sorts fields into their groups. */
  private static StudyOptions ofFlat(ObjectNode fields) {
    ObjectNode grouped = MAPPER.createObjectNode();
    UNGROUPED.stream().filter(fields::has).forEach(key -> grouped.set(key, fields.get(key)));
    GROUPS.forEach(
        (group, keys) -> {
          ObjectNode own = grouped.putObject(group);
          keys.stream().filter(fields::has).forEach(key -> own.set(key, fields.get(key)));
        });
    return MAPPER.treeToValue(grouped, StudyOptions.class);
  }

  private ObjectNode flat() {
    ObjectNode fields = MAPPER.valueToTree(this);
    for (String group : GROUPS.keySet()) {
      fields.setAll((ObjectNode) fields.remove(group));
    }
    return fields;
  }

  /** Returns the fields of {@code other}, and those of this where {@code other} states none. */
  public StudyOptions overriddenBy(StudyOptions other) {
    return ofFlat((ObjectNode) flat().setAll(other.flat()));
  }

  /**
   * Returns these options with what they leave open from their preset; options that name neither a
   * preset nor a data set nor a network take the preset {@code quick}.
   */
  public StudyOptions withPreset() {
    if (preset == null) {
      return images.dataset == null && grid.network == null
          ? Presets.byName("quick").overriddenBy(this)
          : this;
    }
    return Presets.byName(preset).overriddenBy(this);
  }

  /**
   * Returns the only study that these options state; see {@link #studies}.
   *
   * @throws InputException if there are several
   */
  public StudySpec study(Function<NetworkName, Protocol> protocols) {
    List<StudySpec> studies = studies(protocols);
    if (studies.size() > 1) {
      throw new InputException("this takes one study at a time; give one network");
    }
    return studies.get(0);
  }

  /**
   * Returns the studies that these options state, one for each network, with defaults for what they
   * leave open: the paper's four losses, no noise and {@code symmetric(0.4)} (drawn once for all
   * runs where each trains on a subsample), seed 1, and the network's own protocol.
   *
   * @param protocols how each network is trained unless options say otherwise
   */
  public List<StudySpec> studies(Function<NetworkName, Protocol> protocols) {
    StudyOptions o = withPreset();
    return or(o.grid.network, List.of(DEFAULT_NETWORK)).stream()
        .map(network -> o.of(network, protocols.apply(network)))
        .toList();
  }

  private StudySpec of(NetworkName network, Protocol base) {
    return new StudySpec(
        images.spec(),
        network,
        new StudySpec.Grid(
            or(grid.loss, Presets.PAPER_LOSSES),
            or(grid.noise, usualNoises(images.subsample != null)),
            or(grid.inputs, List.of(Inputs.NONE)),
            SeedRange.seeds(or(grid.seed, List.of(SeedRange.of(1))))),
        protocol(base),
        grid.lossRate == null ? Map.of() : new LinkedHashMap<>(grid.lossRate),
        new Extras(or(keepWeights, 0), or(measure, List.of())));
  }

  private static List<LabelNoise> usualNoises(boolean fixed) {
    return List.of(
        LabelNoise.parse("none"),
        LabelNoise.parse(fixed ? "fixed(symmetric(0.4))" : "symmetric(0.4)"));
  }

  private Protocol protocol(Protocol base) {
    OptimizerSpec optimizer = base.optimizer();
    String name = or(optimization.optimizer, optimizer.name());
    if (!name.equals(optimizer.name()) && optimization.learningRate == null) {
      throw new InputException(
          "optimizer %s needs a learning rate (--learning-rate): that of the protocol, %s, is one for %s"
              .formatted(name, Term.format(optimizer.rate()), optimizer.name()));
    }
    return new Protocol(
        OptimizerSpec.of(
            name,
            or(optimization.learningRate, optimizer.rate()),
            or(optimization.momentum, optimizer.momentum()),
            or(optimization.weightDecay, optimizer.weightDecay())),
        new Schedule(
            or(training.schedule, base.schedule().decay()),
            or(training.warmup, base.schedule().warmupEpochs())),
        or(training.epochs, base.epochs()),
        or(training.batchSize, base.batchSize()),
        or(training.precision, base.precision()),
        or(training.augmentation, base.augmentation()),
        unlessZero(training.clip, base.clip()),
        unlessZero(training.dropout, base.dropout()));
  }

  private static Optional<Double> unlessZero(Double stated, Optional<Double> base) {
    return stated == null ? base : Optional.of(stated).filter(value -> value != 0);
  }

  private static <T> T or(T value, T other) {
    return value == null ? other : value;
  }
}

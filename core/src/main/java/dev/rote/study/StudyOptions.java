package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rote.data.DataSpec;
import dev.rote.noise.LabelNoise;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A study as a person states it: every field may be missing (null). The same fields come from a
 * preset, a YAML file and the command line, under the same names (in YAML {@code learning-rate:
 * 0.1} for {@code --learning-rate 0.1}; {@code loss}, {@code noise} and {@code seed} take one value
 * or a list); each later one overrides.
 *
 * @param preset name of a preset that the other fields override
 * @param dataset see {@link DataSpec#dataset}
 * @param data directory or file of the data set
 * @param split see {@link DataSpec#split}
 * @param clip see {@link Protocol#clip}; 0: none
 * @param lossRate learning rate by loss text
 * @param keepWeights see {@link StudySpec#keepWeights}
 * @param out directory of the results
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StudyOptions(
    String preset,
    String dataset,
    String data,
    Integer subset,
    Integer testSubset,
    Integer imageSize,
    Boolean grey,
    String split,
    Long dataSeed,
    NetworkKind network,
    List<LossSpec> loss,
    List<LabelNoise> noise,
    List<Long> seed,
    String optimizer,
    Double learningRate,
    Double momentum,
    Double weightDecay,
    Decay schedule,
    Integer warmup,
    Integer epochs,
    Integer batchSize,
    Precision precision,
    Augmentation augmentation,
    Double clip,
    Map<LossSpec, Double> lossRate,
    Integer keepWeights,
    String out) {

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

  /** Options that state nothing. */
  public static StudyOptions none() {
    return MAPPER.convertValue(Map.of(), StudyOptions.class);
  }

  /** Options from a YAML file. Relative paths in it are taken from the working directory. */
  public static StudyOptions read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new InputException("cannot read study file " + file + ": " + reason(e), e);
    }
    return parse(text, file.toString());
  }

  /** Options from YAML text; {@code name} stands in errors. */
  static StudyOptions parse(String text, String name) {
    if (text.isBlank()) {
      throw new InputException(name + STATES_NOTHING);
    }
    try {
      StudyOptions options = MAPPER.readValue(text, StudyOptions.class);
      if (options == null) {
        throw new InputException(name + STATES_NOTHING);
      }
      requireRates(options.lossRate, name);
      requireEntries("loss", options.loss, name);
      requireEntries("noise", options.noise, name);
      requireEntries("seed", options.seed, name);
      return options;
    } catch (UnrecognizedPropertyException e) {
      String key = e.getPropertyName();
      throw new InputException(
          name + line(text, key, e) + ": " + Names.unknown("key", key, keys()), e);
    } catch (DatabindException e) {
      if (e.getPath().isEmpty() && e instanceof MismatchedInputException) {
        throw new InputException(name + STATES_NOTHING, e);
      }
      String key = e.getPath().isEmpty() ? null : e.getPath().get(0).getPropertyName();
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

  /** Where a key stands: the parser reads ahead, so its own place is often that of the next key. */
  private static String line(String text, String key, JacksonException e) {
    if (key != null) {
      Matcher matcher =
          Pattern.compile("(?m)^\\s*['\"]?" + Pattern.quote(key) + "['\"]?\\s*:").matcher(text);
      if (matcher.find()) {
        return " line "
            + (1 + text.substring(0, matcher.end()).chars().filter(c -> c == '\n').count());
      }
    }
    return e.getLocation() == null || e.getLocation().getLineNr() < 1
        ? ""
        : " line " + e.getLocation().getLineNr();
  }

  private static String firstLine(String text) {
    return text.strip().split("\\R", 2)[0];
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.NoSuchFileException ? "no such file" : e.getMessage();
  }

  private static List<String> keys() {
    return Arrays.stream(StudyOptions.class.getRecordComponents())
        .map(RecordComponent::getName)
        .map(name -> name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT))
        .toList();
  }

  /** These options where {@code other} states nothing, else those of {@code other}. */
  public StudyOptions overriddenBy(StudyOptions other) {
    ObjectNode merged = MAPPER.valueToTree(this);
    merged.setAll((ObjectNode) MAPPER.valueToTree(other));
    return MAPPER.treeToValue(merged, StudyOptions.class);
  }

  /**
   * These options with everything that they leave open taken from their preset, or from {@code
   * quick} without a data set.
   */
  public StudyOptions withPreset() {
    if (preset == null) {
      return dataset == null && network == null ? Presets.byName("quick").overriddenBy(this) : this;
    }
    return Presets.byName(preset).overriddenBy(this);
  }

  /**
   * The study that these options state, with defaults for what they leave open: the paper's four
   * losses, no noise and {@code symmetric(0.4)}, seed 1, and the protocol that the paper trains the
   * network with.
   */
  public StudySpec resolve() {
    StudyOptions o = withPreset();
    String dataset = o.dataset == null ? "glyphs" : o.dataset;
    NetworkKind network = or(o.network, NetworkKind.SMALL_CNN);
    DataSpec spec =
        new DataSpec(
                dataset,
                Optional.ofNullable(o.data),
                Optional.ofNullable(o.subset),
                Optional.ofNullable(o.testSubset),
                Optional.ofNullable(o.imageSize),
                o.grey != null && o.grey,
                o.dataSeed == null ? 0 : o.dataSeed)
            .withSplit(Optional.ofNullable(o.split));
    Protocol base = network.protocol();
    OptimizerSpec optimizer = base.optimizer();
    Protocol protocol =
        new Protocol(
            OptimizerSpec.of(
                or(o.optimizer, optimizer.name()),
                or(o.learningRate, optimizer.rate()),
                or(o.momentum, optimizer.momentum()),
                or(o.weightDecay, optimizer.weightDecay())),
            new Schedule(
                or(o.schedule, base.schedule().decay()),
                or(o.warmup, base.schedule().warmupEpochs())),
            or(o.epochs, base.epochs()),
            or(o.batchSize, base.batchSize()),
            or(o.precision, base.precision()),
            or(o.augmentation, base.augmentation()),
            clip(o.clip, base));
    return new StudySpec(
        spec,
        network,
        or(o.loss, Presets.PAPER_LOSSES),
        or(o.noise, List.of(LabelNoise.parse("none"), LabelNoise.parse("symmetric(0.4)"))),
        or(o.seed, List.of(1L)),
        protocol,
        o.lossRate == null ? Map.of() : new LinkedHashMap<>(o.lossRate),
        or(o.keepWeights, 0));
  }

  private static Optional<Double> clip(Double stated, Protocol base) {
    return stated == null ? base.clip() : Optional.of(stated).filter(norm -> norm != 0);
  }

  private static <T> T or(T value, T other) {
    return value == null ? other : value;
  }
}

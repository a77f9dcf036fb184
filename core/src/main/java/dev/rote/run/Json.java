package dev.rote.run;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** How this project writes JSON: snake_case names, indented. */
public final class Json {
  /** The one mapper. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** Writes a value on one line. */
  public static final JsonMapper LINE =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /** The first for files that others read: NaN and infinities, which JSON lacks, become null. */
  public static final JsonMapper WITHOUT_NAN =
      MAPPER
          .rebuild()
          .addModule(new SimpleModule().addSerializer(double.class, new FiniteOrNull()))
          .build();

  /** Reads values, and refuses a key that occurs twice and a missing value that is not optional. */
  private static final JsonMapper STRICT =
      MAPPER
          .rebuild()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final Pattern MISSING =
      Pattern.compile("Null value for creator property '(\\w+)'");

  private Json() {}

  /**
   * Reads a JSON file.
   *
   * @throws InputException if it cannot be read or does not hold a {@code type}, with one line that
   *     names the file
   */
  public static <T> T read(Path file, Class<T> type) {
    try {
      return parse(Files.readAllBytes(file), file, type);
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    }
  }

  /** Parses the content of a JSON file; {@code file} is for the message. */
  static <T> T parse(byte[] content, Path file, Class<T> type) {
    try {
      T value = STRICT.readValue(content, type);
      if (value != null) {
        return value;
      }
      throw new InputException(file + " is damaged: it holds null");
    } catch (JacksonException e) {
      throw new InputException(
          file + " is damaged: " + reason(e).lines().findFirst().orElse(""), e);
    }
  }

  /** Returns what a record's constructor said, or else what is wrong with the JSON. */
  private static String reason(JacksonException e) {
    if (e instanceof ValueInstantiationException
        && e.getCause() != null
        && e.getCause().getMessage() != null) {
      return e.getCause().getMessage();
    }
    Matcher missing = MISSING.matcher(e.getOriginalMessage());
    return missing.find() ? "it lacks '" + missing.group(1) + "'" : e.getOriginalMessage();
  }

  private static final class FiniteOrNull extends ValueSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator out, SerializationContext context) {
      if (Double.isFinite(value)) {
        out.writeNumber(value);
      } else {
        out.writeNull();
      }
    }
  }
}

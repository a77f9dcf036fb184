package dev.rote.parquet;

import dev.rote.data.TableFormat;
import dev.rote.run.Json;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Apache Parquet files, as pyarrow, pandas and Hugging Face's datasets write them. */
public final class ParquetFormat implements TableFormat {
  /** Key of the file's metadata that holds the features of a data set. */
  private static final String HUGGING_FACE = "huggingface";

  private static final String IMAGE = "image";
  private static final String LABEL = "label";

  /** A column, or a field of a struct. */
  private record Column(String name, List<String> path, Type type, List<String> classNames) {}

  @Override
  public void read(Path file, Receiver receiver) throws IOException {
    InputFile input = new LocalInputFile(file);
    try {
      List<Column> columns = columns(input);
      receiver.columns(columns.stream().map(Column::name).toList());
      try (ParquetReader<Group> reader = new Rows(input).withCodecFactory(new Codecs()).build()) {
        for (Group row = reader.read(); row != null; row = reader.read()) {
          Object[] cells = new Object[columns.size()];
          for (int c = 0; c < cells.length; c++) {
            cells[c] = cell(row, columns.get(c));
          }
          receiver.row(cells);
        }
      }
    } catch (InputException e) {
      throw e;
    } catch (RuntimeException e) {
      // damaged files are answered with exceptions of many kinds
      throw new InputException("cannot read %s as Parquet: %s".formatted(file, reason(e)), e);
    }
  }

  /** Parquet wraps what went wrong in exceptions that say where. */
  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null
        ? root.getClass().getSimpleName()
        : root.getMessage().lines().findFirst().orElse("");
  }

  /** Reads rows without Hadoop's configuration. */
  private static final class Rows extends ParquetReader.Builder<Group> {
    Rows(InputFile file) {
      super(file, new PlainParquetConfiguration());
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }

  private static List<Column> columns(InputFile input) throws IOException {
    FileMetaData metadata;
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            input,
            ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new Codecs())
                .build())) {
      metadata = reader.getFileMetaData();
    }
    JsonNode features = features(metadata.getKeyValueMetaData().get(HUGGING_FACE));
    List<Column> columns = new ArrayList<>();
    for (Type type : metadata.getSchema().getFields()) {
      boolean struct = !type.isPrimitive() && type.getLogicalTypeAnnotation() == null;
      if (struct) {
        for (Type field : type.asGroupType().getFields()) {
          String name = type.getName() + "." + field.getName();
          columns.add(new Column(name, List.of(type.getName(), field.getName()), field, List.of()));
        }
      } else {
        List<String> names = new ArrayList<>();
        features.path(type.getName()).path("names").forEach(name -> names.add(name.asString()));
        columns.add(new Column(type.getName(), List.of(type.getName()), type, names));
      }
    }
    return columns;
  }

  private static JsonNode features(String json) {
    try {
      return Json.MAPPER.readTree(json == null ? "{}" : json).path("info").path("features");
    } catch (JacksonException e) {
      return Json.MAPPER.createObjectNode();
    }
  }

  private static Object cell(Group row, Column column) {
    Group group = row;
    for (String part : column.path().subList(0, column.path().size() - 1)) {
      if (group.getFieldRepetitionCount(part) == 0) {
        return null;
      }
      group = group.getGroup(part, 0);
    }
    String name = column.path().get(column.path().size() - 1);
    if (group.getFieldRepetitionCount(name) == 0) {
      return null;
    }
    if (!column.type().isPrimitive()) {
      return column.type().getLogicalTypeAnnotation()
              instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation
          ? numbers(group.getGroup(name, 0))
          : null;
    }
    Object value = value(group, group.getType().getFieldIndex(name), 0, column.type());
    if (value instanceof Long number && !column.classNames().isEmpty()) {
      if (number < 0 || number >= column.classNames().size()) {
        throw new InputException(
            "column %s holds the class %d of %d"
                .formatted(column.name(), number, column.classNames().size()));
      }
      return column.classNames().get((int) (long) number);
    }
    return value;
  }

  private static Object value(Group group, int field, int index, Type type) {
    PrimitiveType primitive = type.asPrimitiveType();
    return switch (primitive.getPrimitiveTypeName()) {
      case BOOLEAN -> group.getBoolean(field, index);
      case INT32 -> (long) group.getInteger(field, index);
      case INT64 -> group.getLong(field, index);
      case FLOAT -> (double) group.getFloat(field, index);
      case DOUBLE -> group.getDouble(field, index);
      case BINARY -> {
        Binary binary = group.getBinary(field, index);
        yield type.getLogicalTypeAnnotation() == null
            ? binary.getBytes()
            : binary.toStringUsingUTF8();
      }
      case FIXED_LEN_BYTE_ARRAY, INT96 -> null;
    };
  }

  /** Returns a list of numbers; null if it is one of something else. */
  private static float[] numbers(Group list) {
    int size = list.getFieldRepetitionCount(0);
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      Group element = list.getGroup(0, i);
      Type type = element.getType().getType(0);
      if (!type.isPrimitive() || element.getFieldRepetitionCount(0) == 0) {
        return null;
      }
      if (!(value(element, 0, 0, type) instanceof Number number)) {
        return null;
      }
      numbers[i] = number.floatValue();
    }
    return numbers;
  }

  @Override
  public void write(Path out, List<Field> fields, List<Object[]> rows) throws IOException {
    MessageType schema =
        new MessageType("schema", fields.stream().map(ParquetFormat::column).toList());
    try (ParquetWriter<Group> writer = writer(out, schema, Map.of())) {
      for (Object[] cells : rows) {
        Group row = new SimpleGroup(schema);
        for (int c = 0; c < cells.length; c++) {
          append(row, fields.get(c).name(), cells[c]);
        }
        writer.write(row);
      }
    }
  }

  private static Type column(Field field) {
    if (field.type() == String.class) {
      return Types.optional(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(field.name());
    }
    return Types.optional(
            field.type() == Long.class
                ? PrimitiveTypeName.INT64
                : field.type() == Double.class
                    ? PrimitiveTypeName.DOUBLE
                    : PrimitiveTypeName.BOOLEAN)
        .named(field.name());
  }

  private static void append(Group row, String name, Object cell) {
    if (cell instanceof String text) {
      row.append(name, text);
    } else if (cell instanceof Long number) {
      row.append(name, number);
    } else if (cell instanceof Double number) {
      row.append(name, number);
    } else if (cell instanceof Boolean flag) {
      row.append(name, flag);
    }
  }

  private static ParquetWriter<Group> writer(
      Path out, MessageType schema, Map<String, String> metadata) throws IOException {
    return ExampleParquetWriter.builder(new LocalOutputFile(out))
        .withType(schema)
        .withConf(new PlainParquetConfiguration())
        .withExtraMetaData(metadata)
        .withCompressionCodec(CompressionCodecName.UNCOMPRESSED) // images are compressed
        .build();
  }

  @Override
  public void writeImages(
      Path out, List<Path> files, List<String> paths, List<String> labels, List<String> classNames)
      throws IOException {
    GroupType image =
        Types.optionalGroup()
            .optional(PrimitiveTypeName.BINARY)
            .named("bytes")
            .optional(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("path")
            .named(IMAGE);
    MessageType schema =
        Types.buildMessage()
            .addField(image)
            .optional(PrimitiveTypeName.INT64)
            .named(LABEL)
            .named("schema");
    Map<String, String> metadata =
        Map.of(HUGGING_FACE, Json.MAPPER.writeValueAsString(features(classNames)));
    try (ParquetWriter<Group> writer = writer(out, schema, metadata)) {
      for (int i = 0; i < files.size(); i++) {
        Group row = new SimpleGroup(schema);
        row.addGroup(IMAGE)
            .append("bytes", Binary.fromConstantByteArray(Files.readAllBytes(files.get(i))))
            .append("path", paths.get(i));
        row.append(LABEL, (long) classNames.indexOf(labels.get(i)));
        writer.write(row);
      }
    }
  }

  private static Map<String, Object> features(List<String> classNames) {
    Map<String, Object> features = new LinkedHashMap<>();
    features.put(IMAGE, Map.of("_type", "Image"));
    Map<String, Object> label = new LinkedHashMap<>();
    label.put("names", classNames);
    label.put("_type", "ClassLabel");
    features.put(LABEL, label);
    return Map.of("info", Map.of("features", features));
  }
}

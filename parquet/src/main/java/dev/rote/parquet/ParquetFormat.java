package dev.rote.parquet;

import dev.rote.data.TableFormat;
import dev.rote.format.NpyArray;
import dev.rote.format.NpyType;
import dev.rote.run.Json;
import dev.rote.text.InputException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
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
  private record Cell(
      String name, List<String> path, Type type, Kind kind, List<String> classNames) {
    Cell(String name, List<String> path, Type type, List<String> classNames) {
      this(name, path, type, ParquetFormat.kind(type), classNames);
    }
  }

  @Override
  public void read(Path file, Receiver receiver) throws IOException {
    InputFile input = new LocalInputFile(file);
    try {
      List<Cell> columns = columns(input);
      receiver.columns(columns.stream().map(cell -> new Column(cell.name(), cell.kind())).toList());
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

  private static ParquetMetadata footer(InputFile input) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            input,
            ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new Codecs())
                .build())) {
      return reader.getFooter();
    }
  }

  private static List<Cell> columns(InputFile input) throws IOException {
    FileMetaData metadata = footer(input).getFileMetaData();
    JsonNode features = features(metadata.getKeyValueMetaData().get(HUGGING_FACE));
    List<Cell> columns = new ArrayList<>();
    for (Type type : metadata.getSchema().getFields()) {
      boolean struct = !type.isPrimitive() && type.getLogicalTypeAnnotation() == null;
      if (struct) {
        for (Type field : type.asGroupType().getFields()) {
          String name = type.getName() + "." + field.getName();
          columns.add(new Cell(name, List.of(type.getName(), field.getName()), field, List.of()));
        }
      } else {
        List<String> names = new ArrayList<>();
        features.path(type.getName()).path("names").forEach(name -> names.add(name.asString()));
        columns.add(new Cell(type.getName(), List.of(type.getName()), type, names));
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

  private static Object cell(Group row, Cell column) {
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
    if (column.kind() == Kind.OTHER) {
      return null;
    }
    if (column.kind() == Kind.NUMBERS) {
      return numbers(group.getGroup(name, 0));
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

  private static Kind kind(Type type) {
    if (type.isRepetition(Type.Repetition.REPEATED)) {
      return Kind.OTHER;
    }
    if (!type.isPrimitive()) {
      return type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
              && element(type.asGroupType()) instanceof PrimitiveType element
              && isNumber(element)
          ? Kind.NUMBERS
          : Kind.OTHER;
    }
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case BINARY -> meaning == null ? Kind.BYTES : Kind.VALUE;
      case INT96 -> Kind.OTHER;
      case FIXED_LEN_BYTE_ARRAY ->
          meaning instanceof DecimalLogicalTypeAnnotation
                  || meaning instanceof Float16LogicalTypeAnnotation
              ? Kind.VALUE
              : Kind.OTHER;
      default -> Kind.VALUE;
    };
  }

  private static boolean isNumber(PrimitiveType type) {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    return switch (type.getPrimitiveTypeName()) {
      case INT32, INT64 ->
          meaning == null
              || meaning instanceof IntLogicalTypeAnnotation
              || meaning instanceof DecimalLogicalTypeAnnotation;
      case FLOAT, DOUBLE -> true;
      case BINARY, FIXED_LEN_BYTE_ARRAY ->
          meaning instanceof DecimalLogicalTypeAnnotation
              || meaning instanceof Float16LogicalTypeAnnotation;
      case BOOLEAN, INT96 -> false;
    };
  }

  /** Returns the type of the elements of a list, of the present layout or an older one. */
  private static Type element(GroupType list) {
    Type repeated = list.getType(0);
    return repeated.isPrimitive() || repeated.asGroupType().getFieldCount() != 1
        ? repeated
        : repeated.asGroupType().getType(0);
  }

  private static Object value(Group group, int field, int index, Type type) {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case BOOLEAN -> group.getBoolean(field, index);
      case INT32 -> {
        int value = group.getInteger(field, index);
        yield meaning instanceof IntLogicalTypeAnnotation integer && !integer.isSigned()
            ? whole(Integer.toUnsignedLong(value), null)
            : whole(value, meaning);
      }
      case INT64 -> {
        long value = group.getLong(field, index);
        yield meaning instanceof IntLogicalTypeAnnotation integer
                && !integer.isSigned()
                && value < 0
            ? Long.toUnsignedString(value)
            : whole(value, meaning);
      }
      case FLOAT -> (double) group.getFloat(field, index);
      case DOUBLE -> group.getDouble(field, index);
      case BINARY, FIXED_LEN_BYTE_ARRAY -> {
        Binary binary = group.getBinary(field, index);
        if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
          yield number(new BigDecimal(new BigInteger(binary.getBytes()), decimal.getScale()));
        }
        if (meaning instanceof Float16LogicalTypeAnnotation) {
          yield half(binary);
        }
        yield meaning == null ? binary.getBytes() : binary.toStringUsingUTF8();
      }
      case INT96 -> null;
    };
  }

  private static double half(Binary binary) {
    return new NpyArray(NpyType.FLOAT16, new int[0], ByteBuffer.wrap(binary.getBytes()))
        .doubleAt(0);
  }

  /** Returns what a whole number stands for. */
  private static Object whole(long value, LogicalTypeAnnotation meaning) {
    if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
      return number(BigDecimal.valueOf(value, decimal.getScale()));
    }
    if (meaning instanceof DateLogicalTypeAnnotation) {
      return LocalDate.ofEpochDay(value).toString();
    }
    if (meaning instanceof TimestampLogicalTypeAnnotation time) {
      Instant instant = Instant.EPOCH.plus(value, unit(time.getUnit()));
      return time.isAdjustedToUTC()
          ? instant.toString()
          : LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
    }
    if (meaning instanceof TimeLogicalTypeAnnotation time) {
      return LocalTime.MIDNIGHT.plus(value, unit(time.getUnit())).toString();
    }
    return value;
  }

  private static ChronoUnit unit(LogicalTypeAnnotation.TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> ChronoUnit.MILLIS;
      case MICROS -> ChronoUnit.MICROS;
      case NANOS -> ChronoUnit.NANOS;
    };
  }

  private static Number number(BigDecimal value) {
    BigDecimal plain = value.stripTrailingZeros();
    return plain.scale() <= 0 && plain.toBigInteger().bitLength() < Long.SIZE
        ? (Number) plain.longValueExact()
        : (Number) value.doubleValue();
  }

  /** Returns a list of numbers; null if one is missing. */
  private static float[] numbers(Group list) {
    int size = list.getFieldRepetitionCount(0);
    float[] numbers = new float[size];
    Type repeated = list.getType().getType(0);
    boolean plain = repeated.isPrimitive();
    Type type = element(list.getType());
    for (int i = 0; i < size; i++) {
      Group at = plain ? list : list.getGroup(0, i);
      if (!plain && at.getFieldRepetitionCount(0) == 0) {
        return null;
      }
      if (!(value(at, 0, plain ? i : 0, type) instanceof Number number)) {
        return null;
      }
      numbers[i] = number.floatValue();
    }
    return numbers;
  }

  @Override
  public void rewrite(Path in, Path out, Change change) throws IOException {
    InputFile input = new LocalInputFile(in);
    ParquetMetadata footer = footer(input);
    MessageType schema = footer.getFileMetaData().getSchema();
    Map<String, Cell> columns = new HashMap<>();
    columns(input).forEach(cell -> columns.put(cell.name(), cell));
    CompressionCodecName codec =
        footer.getBlocks().stream()
            .flatMap(block -> block.getColumns().stream())
            .map(ColumnChunkMetaData::getCodec)
            .findFirst()
            .orElse(CompressionCodecName.UNCOMPRESSED);
    // the schema of Arrow, which the metadata may hold, is that of the same columns
    Map<String, String> metadata = new HashMap<>(footer.getFileMetaData().getKeyValueMetaData());
    metadata.remove(ParquetWriter.OBJECT_MODEL_NAME_PROP); // the writer's own, where Java wrote it
    try (ParquetReader<Group> reader = new Rows(input).withCodecFactory(new Codecs()).build();
        ParquetWriter<Group> writer =
            ExampleParquetWriter.builder(new LocalOutputFile(out))
                .withType(schema)
                .withConf(new PlainParquetConfiguration())
                .withExtraMetaData(metadata)
                .withCodecFactory(new Codecs())
                .withCompressionCodec(codec)
                .build()) {
      long row = 0;
      for (Group group = reader.read(); group != null; group = reader.read()) {
        Optional<Map<String, String>> cells = change.of(row++);
        if (cells.isPresent()) {
          writer.write(with(group, cells.get(), columns));
        }
      }
    }
  }

  /** Returns a row with other cells. */
  private static Group with(Group row, Map<String, String> cells, Map<String, Cell> columns) {
    if (cells.isEmpty()) {
      return row;
    }
    GroupType type = row.getType();
    Group copy = new SimpleGroup(type);
    for (int f = 0; f < type.getFieldCount(); f++) {
      String name = type.getFieldName(f);
      if (cells.containsKey(name)) {
        put(copy, f, cells.get(name), columns.get(name));
        continue;
      }
      for (int i = 0; i < row.getFieldRepetitionCount(f); i++) {
        copy(row, copy, f, i);
      }
    }
    return copy;
  }

  private static void copy(Group from, Group to, int field, int index) {
    Type type = from.getType().getType(field);
    if (!type.isPrimitive()) {
      ((SimpleGroup) to).add(field, from.getGroup(field, index));
      return;
    }
    switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case BOOLEAN -> to.add(field, from.getBoolean(field, index));
      case INT32 -> to.add(field, from.getInteger(field, index));
      case INT64 -> to.add(field, from.getLong(field, index));
      case FLOAT -> to.add(field, from.getFloat(field, index));
      case DOUBLE -> to.add(field, from.getDouble(field, index));
      case BINARY, FIXED_LEN_BYTE_ARRAY -> to.add(field, from.getBinary(field, index));
      case INT96 -> to.add(field, from.getInt96(field, index));
    }
  }

  private static void put(Group row, int field, String text, Cell column) {
    LogicalTypeAnnotation meaning = column.type().getLogicalTypeAnnotation();
    boolean plain = meaning == null || meaning instanceof IntLogicalTypeAnnotation;
    PrimitiveTypeName type = column.type().asPrimitiveType().getPrimitiveTypeName();
    int named = column.classNames().indexOf(text);
    String value = named >= 0 ? Integer.toString(named) : text;
    try {
      if (type == PrimitiveTypeName.BINARY && !(meaning instanceof DecimalLogicalTypeAnnotation)) {
        row.add(field, Binary.fromString(text));
        return;
      } else if (type == PrimitiveTypeName.INT64 && plain) {
        row.add(field, Long.parseLong(value));
        return;
      } else if (type == PrimitiveTypeName.INT32 && plain) {
        row.add(field, Integer.parseInt(value));
        return;
      } else if (type == PrimitiveTypeName.DOUBLE) {
        row.add(field, Double.parseDouble(value));
        return;
      } else if (type == PrimitiveTypeName.FLOAT) {
        row.add(field, Float.parseFloat(value));
        return;
      } else if (type == PrimitiveTypeName.BOOLEAN && text.matches("true|false")) {
        row.add(field, Boolean.parseBoolean(text));
        return;
      }
    } catch (NumberFormatException e) {
      // below
    }
    throw new InputException(
        "column %s of type %s cannot hold '%s'; write the manifest as .csv"
            .formatted(column.name(), column.type().asPrimitiveType(), text));
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

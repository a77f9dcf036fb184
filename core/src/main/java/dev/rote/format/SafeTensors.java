package dev.rote.format;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Named tensors and text metadata in the safetensors format: header length (8 bytes,
 * little-endian), header (JSON: {@code dtype}, {@code shape}, {@code data_offsets} by name, text
 * under {@code __metadata__}; padded with spaces to a multiple of 8), then the data without gaps.
 *
 * @param tensors tensors by name
 * @param metadata texts by key; empty where there are none
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public record SafeTensors(Map<String, TensorData> tensors, Map<String, String> metadata) {
  private static final String METADATA = "__metadata__";
  private static final long LONGEST_HEADER = 100_000_000;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** A tensor's place in the file, as the header says. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Place(String name, TensorData.Type type, long[] shape, long begin, long end) {}

  public SafeTensors {
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException("no tensor can be named " + METADATA);
    }
    tensors = new LinkedHashMap<>(tensors);
    metadata = new LinkedHashMap<>(metadata);
  }

  /**
   * Writes the file atomically, wider element types first, so that every tensor is aligned to its
   * element size; tensors of one size keep their order.
   *
   * @throws IOException where it cannot be written
   */
  public void write(Path path) throws IOException {
    List<Map.Entry<String, TensorData>> ordered = new ArrayList<>(tensors.entrySet());
    ordered.sort(Comparator.comparing(entry -> -entry.getValue().type().bytes()));
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject(METADATA);
      metadata.forEach(texts::put);
    }
    long offset = 0;
    for (Map.Entry<String, TensorData> entry : ordered) {
      TensorData tensor = entry.getValue();
      ObjectNode node = root.putObject(entry.getKey());
      node.put("dtype", tensor.type().name());
      var shape = node.putArray("shape");
      for (long extent : tensor.shape()) {
        shape.add(extent);
      }
      long end = offset + tensor.data().limit();
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = JSON.writeValueAsBytes(root);
    int padded = (json.length + 7) / 8 * 8;
    ByteBuffer header = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(padded).put(json);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    AtomicFile.write(
        path,
        out -> {
          // Not closed: that would close the stream, which is the caller's.
          WritableByteChannel channel = Channels.newChannel(out);
          channel.write(header.flip());
          for (Map.Entry<String, TensorData> entry : ordered) {
            channel.write(entry.getValue().data().duplicate());
          }
        });
  }

  /**
   * Reads a file by mapping it: a tensor's bytes are loaded when they are first looked at.
   *
   * @throws InputException where the file is missing, truncated, corrupt, or holds an element type
   *     that is not supported
   * @throws IOException where reading fails otherwise
   */
  public static SafeTensors read(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer start = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      if (NpyHeader.readFully(channel, start, 0) < 8) {
        throw corrupt(path, "it ends within the first 8 bytes");
      }
      long length = start.getLong(0);
      if (length < 2 || length > LONGEST_HEADER || length > channel.size() - 8) {
        throw corrupt(
            path, "a header of %d bytes in a file of %d".formatted(length, channel.size()));
      }
      ByteBuffer header = ByteBuffer.allocate((int) length);
      NpyHeader.readFully(channel, header, 8);
      JsonNode root = parse(header.array(), path);
      long dataStart = 8 + length;
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      for (Place place : places(root, channel.size() - dataStart, path)) {
        long size = place.end() - place.begin();
        if (size > Integer.MAX_VALUE) {
          throw new InputException(
              "%s: tensor %s takes %d bytes, more than the 2 GiB that one tensor may have"
                  .formatted(path, place.name(), size));
        }
        ByteBuffer data =
            size == 0
                ? ByteBuffer.allocate(0)
                : channel.map(FileChannel.MapMode.READ_ONLY, dataStart + place.begin(), size);
        tensors.put(place.name(), new TensorData(place.type(), place.shape(), data));
      }
      Map<String, String> metadata = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> text : root.path(METADATA).properties()) {
        if (!text.getValue().isString()) {
          throw corrupt(path, "its metadata '%s' is not text".formatted(text.getKey()));
        }
        metadata.put(text.getKey(), text.getValue().stringValue());
      }
      return new SafeTensors(tensors, metadata);
    } catch (NoSuchFileException e) {
      throw new InputException(path + " does not exist", e);
    }
  }

  private static JsonNode parse(byte[] header, Path path) {
    try {
      JsonNode root = JSON.readTree(header);
      if (!root.isObject()) {
        throw corrupt(path, "its header is not a JSON object");
      }
      return root;
    } catch (JacksonException e) {
      InputException problem = corrupt(path, "its header is not JSON");
      problem.initCause(e);
      throw problem;
    }
  }

  /**
   * Returns the tensors in the order of their data, which must fill {@code dataBytes} without gaps.
   */
  private static List<Place> places(JsonNode root, long dataBytes, Path path) {
    List<Place> places = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (!entry.getKey().equals(METADATA)) {
        places.add(place(entry.getKey(), entry.getValue(), path));
      }
    }
    places.sort(Comparator.comparingLong(Place::begin).thenComparingLong(Place::end));
    long expected = 0;
    for (Place place : places) {
      if (place.begin() != expected) {
        throw corrupt(
            path,
            "tensor %s starts at %d, expected was %d"
                .formatted(place.name(), place.begin(), expected));
      }
      expected = place.end();
    }
    if (expected != dataBytes) {
      throw corrupt(path, "its tensors take %d bytes, %d are there".formatted(expected, dataBytes));
    }
    return places;
  }

  private static Place place(String name, JsonNode node, Path path) {
    TensorData.Type type;
    try {
      type = TensorData.Type.valueOf(node.path("dtype").asString(""));
    } catch (IllegalArgumentException e) {
      throw corrupt(path, "tensor %s has the unknown dtype %s".formatted(name, node.path("dtype")));
    }
    long[] shape = longs(node.path("shape"), name, path);
    long[] offsets = longs(node.path("data_offsets"), name, path);
    try {
      if (offsets.length == 2
          && offsets[1] >= offsets[0]
          && offsets[1] - offsets[0] == TensorData.byteCount(type, shape)) {
        return new Place(name, type, shape, offsets[0], offsets[1]);
      }
    } catch (ArithmeticException e) {
      // More bytes than any file has: falls through to the same answer.
    }
    throw corrupt(path, "shape and data_offsets of tensor %s do not agree".formatted(name));
  }

  private static long[] longs(JsonNode node, String name, Path path) {
    if (!node.isArray()) {
      throw corrupt(path, "tensor %s lacks shape or data_offsets".formatted(name));
    }
    long[] values = new long[node.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = node.get(i);
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw corrupt(path, "tensor %s has the extent or offset %s".formatted(name, value));
      }
      values[i] = value.longValue();
    }
    return values;
  }

  private static InputException corrupt(Path path, String what) {
    return new InputException(
        "%s is not an intact safetensors file: %s; make or fetch it again".formatted(path, what));
  }
}

package dev.rote.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.rote.data.ImageBatches;
import dev.rote.data.ImageShape;
import dev.rote.data.LabelledImages;
import dev.rote.run.Json;
import dev.rote.text.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * A network of images in the ONNX format, computed on the CPU: one that Rote wrote ({@code
 * network.onnx}), or an encoder of images such as DINOv2, CLIP or a ResNet.
 *
 * <p>It has one input of images, {@code [N,C,H,W]} or {@code [N,H,W,C]}, as bytes or float32. Bytes
 * are given as they are; for float32, a {@link PixelScale} says what the network expects.
 */
public final class OnnxModel implements AutoCloseable {
  private static final int BATCH = 64;
  private static final String CLASS_NAMES = "class_names";

  private final String source;
  private final OrtSession session;
  private final String input;
  private final boolean bytes;
  private final boolean channelsLast;
  private final ImageShape shape;
  private final PixelScale scale;
  private final Optional<List<String>> classNames;

  /** Outputs, with their dimensions after the first one; −1 where a dimension is open. */
  private final Map<String, long[]> outputs = new LinkedHashMap<>();

  private OnnxModel(Path file, OrtSession session, PixelScale scale, OptionalInt side)
      throws OrtException {
    this.source = file.toString();
    this.session = session;
    this.scale = scale;
    if (session.getNumInputs() != 1) {
      throw new InputException(
          "%s has the inputs %s; a network of images has one"
              .formatted(file, String.join(", ", session.getInputNames())));
    }
    NodeInfo only = session.getInputInfo().values().iterator().next();
    this.input = only.getName();
    TensorInfo info = tensor(only);
    this.bytes = info.type == OnnxJavaType.UINT8;
    long[] dimensions = info.getShape();
    boolean images =
        dimensions.length == 4
            && (isChannels(dimensions[1]) || isChannels(dimensions[3]))
            && (bytes || info.type == OnnxJavaType.FLOAT);
    if (!images) {
      throw new InputException(
          "%s takes %s %s; a network of images takes uint8 or float32, [N,C,H,W] or [N,H,W,C] with 1 or 3 channels"
              .formatted(file, info.type, Arrays.toString(dimensions)));
    }
    this.channelsLast = !isChannels(dimensions[1]);
    int at = channelsLast ? 1 : 2;
    this.shape =
        new ImageShape(
            (int) dimensions[channelsLast ? 3 : 1],
            side(dimensions[at], side),
            side(dimensions[at + 1], side));
    for (NodeInfo output : session.getOutputInfo().values()) {
      if (output.getInfo() instanceof TensorInfo found && found.type == OnnxJavaType.FLOAT) {
        long[] all = found.getShape();
        outputs.put(output.getName(), Arrays.copyOfRange(all, Math.min(1, all.length), all.length));
      }
    }
    this.classNames =
        session.getMetadata().getCustomMetadataValue(CLASS_NAMES).map(this::parsedNames);
  }

  private static boolean isChannels(long length) {
    return length == 1 || length == 3;
  }

  private TensorInfo tensor(NodeInfo node) {
    if (node.getInfo() instanceof TensorInfo info) {
      return info;
    }
    throw new InputException("%s: %s is not a tensor".formatted(source, node.getName()));
  }

  private int side(long length, OptionalInt asked) {
    if (length > 0 && asked.isPresent() && asked.getAsInt() != length) {
      throw new InputException(
          "%s takes images of %d pixels a side, not of %d"
              .formatted(source, length, asked.getAsInt()));
    }
    if (length <= 0 && asked.isEmpty()) {
      throw new InputException(
          "%s takes images of any size; choose one, such as --image-size 224".formatted(source));
    }
    return length > 0 ? (int) length : asked.getAsInt();
  }

  private List<String> parsedNames(String json) {
    try {
      return List.copyOf(Json.MAPPER.readValue(json, new TypeReference<List<String>>() {}));
    } catch (JacksonException e) {
      throw new InputException(
          "%s: its %s are not a JSON list of names".formatted(source, CLASS_NAMES), e);
    }
  }

  /**
   * Opens a network.
   *
   * @param scale what a network with float32 input expects
   * @param side height and width of its images, if the network leaves them open
   * @param threads threads to compute with
   * @throws InputException if the file cannot be read, or is not a network of images
   */
  public static OnnxModel open(Path file, PixelScale scale, OptionalInt side, int threads) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(file + " is not a file; name a network in the ONNX format");
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      OrtSession session = environment().createSession(file.toString(), options);
      try {
        return new OnnxModel(file, session, scale, side);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new InputException(
          "cannot read %s as ONNX: %s"
              .formatted(file, e.getMessage().lines().findFirst().orElse("")),
          e);
    }
  }

  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "rote");
  }

  /** Returns the dimensions of the images that the network takes. */
  public ImageShape shape() {
    return shape;
  }

  /** Returns whether the network takes pixels as bytes, so that no {@link PixelScale} counts. */
  public boolean takesBytes() {
    return bytes;
  }

  /** Returns the names of the classes, in the order of the probabilities, if the file has them. */
  public Optional<List<String>> classNames() {
    return classNames;
  }

  /** Returns the names of the outputs. */
  public Set<String> outputs() {
    return outputs.keySet();
  }

  /**
   * Returns the output that holds a row of features for each image: {@code features} if there is
   * one, else the only one of the form {@code [N,D]} or {@code [N,D,1,1]}.
   *
   * @throws InputException if there is none, or several
   */
  public String featuresOutput() {
    if (outputs.containsKey("features")) {
      return "features";
    }
    List<String> rows = new ArrayList<>();
    outputs.forEach(
        (name, dimensions) -> {
          if (dimensions.length >= 1 && Arrays.stream(dimensions).skip(1).allMatch(d -> d == 1)) {
            rows.add(name);
          }
        });
    if (rows.size() != 1) {
      throw new InputException(
          "%s has %s outputs with a row of features for each image (outputs: %s); choose with --encoder-output"
              .formatted(source, rows.isEmpty() ? "no" : "several", String.join(", ", outputs())));
    }
    return rows.get(0);
  }

  /**
   * Computes an output for some images.
   *
   * @param pixels bytes of n images, image by image, channel planes, rows
   * @return a row for each image; further dimensions are flattened
   * @throws InputException if the network has no such output, or cannot be computed
   */
  public float[][] compute(byte[] pixels, int n, String output) {
    if (!outputs.containsKey(output)) {
      throw new InputException(
          "%s has no output '%s'; it has %s"
              .formatted(source, output, String.join(", ", outputs())));
    }
    try (OnnxTensor images = images(pixels, n);
        OrtSession.Result result = session.run(Map.of(input, images), Set.of(output))) {
      OnnxTensor values = (OnnxTensor) result.get(0);
      FloatBuffer buffer = values.getFloatBuffer();
      long[] found = values.getInfo().getShape();
      int width = (int) LongStream.of(found).skip(1).reduce(1, (a, b) -> a * b);
      if (found.length < 2 || found[0] != n) {
        throw new InputException(
            "%s: output '%s' is %s for %d images, not a row for each"
                .formatted(source, output, Arrays.toString(found), n));
      }
      float[][] rows = new float[n][width];
      for (float[] row : rows) {
        buffer.get(row);
      }
      return rows;
    } catch (OrtException e) {
      throw new InputException("cannot compute %s: %s".formatted(source, e.getMessage()), e);
    }
  }

  /**
   * Computes features of images, from their files where they have files.
   *
   * @param images the images, read at any size
   * @param root directory that their paths are relative to
   * @param output as in {@link #featuresOutput}
   * @param done receives the number of images computed so far
   * @return {@code [N,D]}
   * @throws InputException if a file cannot be read, or images that are no files have another size
   *     than the network takes
   */
  public float[][] features(
      LabelledImages images, Optional<Path> root, String output, IntConsumer done) {
    float[][] features = new float[images.size()][];
    if (root.isPresent() && images.paths().isPresent()) {
      List<String> paths = images.paths().get();
      ImageBatches.of(root.get(), paths)
          .read(
              shape.channels(),
              squareSide(),
              batch -> {
                batch
                    .problems()
                    .forEach(
                        (at, problem) -> {
                          throw new InputException(paths.get(at) + " " + problem);
                        });
                int n = batch.positions().length;
                System.arraycopy(
                    compute(batch.pixels(), n, output), 0, features, batch.positions()[0], n);
                done.accept(batch.positions()[0] + n);
              });
      return features;
    }
    if (!images.shape().equals(shape)) {
      throw new InputException(
          "%s takes images of %s, and these have %s (channels x height x width); only image files are resized"
              .formatted(source, shape, images.shape()));
    }
    for (int start = 0; start < features.length; start += BATCH) {
      int n = Math.min(BATCH, features.length - start);
      byte[] pixels =
          Arrays.copyOfRange(images.pixels(), start * shape.values(), (start + n) * shape.values());
      System.arraycopy(compute(pixels, n, output), 0, features, start, n);
      done.accept(start + n);
    }
    return features;
  }

  /**
   * Returns the side of the images that the network takes.
   *
   * @throws InputException if they are not square, as image files are resized
   */
  public int squareSide() {
    if (shape.height() != shape.width()) {
      throw new InputException(
          "%s takes images of %d x %d pixels; files are resized to squares only"
              .formatted(source, shape.height(), shape.width()));
    }
    return shape.height();
  }

  private OnnxTensor images(byte[] pixels, int n) throws OrtException {
    int channels = shape.channels();
    int plane = shape.height() * shape.width();
    long[] dimensions =
        channelsLast
            ? new long[] {n, shape.height(), shape.width(), channels}
            : new long[] {n, channels, shape.height(), shape.width()};
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(n * channels * plane * (bytes ? 1 : Float.BYTES))
            .order(ByteOrder.nativeOrder());
    for (int i = 0; i < n * channels * plane; i++) {
      int image = i / (channels * plane);
      int channel = channelsLast ? i % channels : i / plane % channels;
      int pixel = channelsLast ? i / channels % plane : i % plane;
      byte value = pixels[(image * channels + channel) * plane + pixel];
      if (bytes) {
        buffer.put(value);
      } else {
        buffer.putFloat(scale.of(value, channel));
      }
    }
    buffer.flip();
    return bytes
        ? OnnxTensor.createTensor(environment(), buffer, dimensions, OnnxJavaType.UINT8)
        : OnnxTensor.createTensor(environment(), buffer.asFloatBuffer(), dimensions);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}

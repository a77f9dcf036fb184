package dev.rote.net;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.rote.data.ImageShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Builds a network in the ONNX format (operator set 17). The layers of a network add themselves by
 * the methods here, which are operators with the meaning that libtorch gives them.
 */
public final class OnnxGraph {
  private static final int OPERATORS = 17;

  /** The version of the format that operator set 17 came with. */
  private static final int FORMAT = 8;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("network");
  private Value features;
  private int nodes;

  /**
   * An activation.
   *
   * @param name unique in the graph
   * @param shape dimensions after the first one, which is the number of images
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Value(String name, long... shape) {
    long channels() {
      return shape[0];
    }
  }

  /** Adds the input {@code images}: bytes {@code [N,C,H,W]}. */
  public Value images(ImageShape shape) {
    Value images = new Value("images", shape.channels(), shape.height(), shape.width());
    graph.addInput(described(images, TensorProto.DataType.UINT8));
    return images;
  }

  /** Adds an output under a name of its own, float32. */
  public void output(String name, Value value) {
    Value output = new Value(name, value.shape);
    graph.addNode(
        NodeProto.newBuilder().setOpType("Identity").addInput(value.name).addOutput(name));
    graph.addOutput(described(output, TensorProto.DataType.FLOAT));
  }

  /** Returns the input of the last linear layer: the penultimate features, {@code [N,D]}. */
  public Value features() {
    return features;
  }

  /**
   * Returns the model.
   *
   * @param metadata what the file says about the network beside the graph
   */
  public ModelProto model(String producerVersion, Map<String, String> metadata) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(FORMAT)
            .setProducerName("rote")
            .setProducerVersion(producerVersion)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATORS))
            .setGraph(graph);
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  /** Crops images to their centre: at most {@code side} rows and columns. */
  public Value crop(Value images, int side) {
    long height = Math.min(side, images.shape[1]);
    long width = Math.min(side, images.shape[2]);
    long top = (images.shape[1] - height) / 2;
    long left = (images.shape[2] - width) / 2;
    return slice(
        images,
        new long[] {top, left},
        new long[] {top + height, left + width},
        new long[] {1, 1},
        new long[] {images.channels(), height, width});
  }

  /** Converts bytes to float32. */
  public Value toFloat(Value bytes) {
    return node(
        "Cast", bytes.shape, List.of(bytes), integer("to", TensorProto.DataType.FLOAT_VALUE));
  }

  /** Multiplies and then adds a value for each channel of {@code [N,C,H,W]}. */
  public Value scaleAndShift(Value input, float[] scale, float[] shift) {
    long[] alongChannels = {1, scale.length, 1, 1};
    Value scaled = node("Mul", input.shape, List.of(input, constant(scale, alongChannels)));
    return node("Add", input.shape, List.of(scaled, constant(shift, alongChannels)));
  }

  /**
   * Standardizes each image by its own mean and deviation over its n values: (x − mean) /
   * max(deviation, 1/√n).
   */
  public Value standardizeEach(Value input) {
    long size = Arrays.stream(input.shape).reduce(1, (a, b) -> a * b);
    AttributeProto axes = integers("axes", 1, 2, 3);
    long[] one = {1, 1, 1};
    Value mean = node("ReduceMean", one, List.of(input), axes);
    Value centred = node("Sub", input.shape, List.of(input, mean));
    Value squares = node("Mul", input.shape, List.of(centred, centred));
    Value variance = node("ReduceMean", one, List.of(squares), axes);
    Value deviation = node("Sqrt", one, List.of(variance));
    Value least = constant(new float[] {(float) (1 / Math.sqrt(size))}, 1);
    Value divisor = node("Max", one, List.of(deviation, least));
    return node("Div", input.shape, List.of(centred, divisor));
  }

  /** Returns the softmax over the classes. */
  public Value softmax(Value logits) {
    return node("Softmax", logits.shape, List.of(logits), integer("axis", 1));
  }

  Value relu(Value input) {
    return node("Relu", input.shape, List.of(input));
  }

  Value convolution(Value input, Tensor weight, long[] stride, long[] padding) {
    long[] kernel = {weight.size(2), weight.size(3)};
    return node(
        "Conv",
        windows(input, weight.size(0), kernel, stride, padding),
        List.of(input, constant(weight)),
        integers("kernel_shape", kernel),
        integers("strides", stride),
        integers("pads", padding[0], padding[1], padding[0], padding[1]));
  }

  Value maxPool(Value input, long kernel, long stride, long padding) {
    long[] kernels = {kernel, kernel};
    long[] strides = {stride, stride};
    return node(
        "MaxPool",
        windows(input, input.channels(), kernels, strides, new long[] {padding, padding}),
        List.of(input),
        integers("kernel_shape", kernels),
        integers("strides", strides),
        integers("pads", padding, padding, padding, padding));
  }

  private static long[] windows(
      Value input, long channels, long[] kernel, long[] stride, long[] padding) {
    return new long[] {
      channels,
      (input.shape[1] + 2 * padding[0] - kernel[0]) / stride[0] + 1,
      (input.shape[2] + 2 * padding[1] - kernel[1]) / stride[1] + 1
    };
  }

  /** Adds batch norm with its running statistics. */
  Value batchNorm(
      Value input, Tensor scale, Tensor shift, Tensor mean, Tensor variance, double epsilon) {
    return node(
        "BatchNormalization",
        input.shape,
        List.of(input, constant(scale), constant(shift), constant(mean), constant(variance)),
        AttributeProto.newBuilder()
            .setName("epsilon")
            .setType(AttributeProto.AttributeType.FLOAT)
            .setF((float) epsilon)
            .build());
  }

  /** Applies a linear layer, whose input becomes {@link #features}. */
  Value linear(Value input, Tensor weight, Optional<Tensor> bias) {
    features = input;
    List<Value> inputs = new ArrayList<>(List.of(input, constant(weight)));
    bias.ifPresent(tensor -> inputs.add(constant(tensor)));
    return node("Gemm", new long[] {weight.size(0)}, inputs, integer("transB", 1));
  }

  Value flatten(Value input) {
    long size = Arrays.stream(input.shape).reduce(1, (a, b) -> a * b);
    return node("Flatten", new long[] {size}, List.of(input), integer("axis", 1));
  }

  /** Returns the mean of each channel, {@code [N,C]}. */
  Value meanPool(Value input) {
    return flatten(node("GlobalAveragePool", pooled(input), List.of(input)));
  }

  /** Returns the maximum of each channel, {@code [N,C]}. */
  Value globalMaxPool(Value input) {
    return flatten(node("GlobalMaxPool", pooled(input), List.of(input)));
  }

  private static long[] pooled(Value input) {
    return new long[] {input.channels(), 1, 1};
  }

  /**
   * Returns means over rows × columns windows, which may overlap, as libtorch's adaptive pool: a
   * product with a matrix on either side, since ONNX has no such operator.
   */
  Value adaptiveMeanPool(Value input, int rows, int columns) {
    long height = input.shape[1];
    long width = input.shape[2];
    Value first = constant(means(rows, (int) height), rows, height);
    Value left = node("MatMul", new long[] {input.channels(), rows, width}, List.of(first, input));
    float[] ofColumns = means(columns, (int) width);
    float[] transposed = new float[ofColumns.length];
    for (int i = 0; i < ofColumns.length; i++) {
      transposed[i % (int) width * columns + i / (int) width] = ofColumns[i];
    }
    Value second = constant(transposed, width, columns);
    return node("MatMul", new long[] {input.channels(), rows, columns}, List.of(left, second));
  }

  /** Returns a matrix {@code [parts,size]} whose rows are means over the windows of a pool. */
  private static float[] means(int parts, int size) {
    float[] matrix = new float[parts * size];
    for (int i = 0; i < parts; i++) {
      int from = i * size / parts;
      int to = ((i + 1) * size + parts - 1) / parts;
      Arrays.fill(matrix, i * size + from, i * size + to, 1f / (to - from));
    }
    return matrix;
  }

  Value scaled(Value input, double factor) {
    return node("Mul", input.shape, List.of(input, constant(new float[] {(float) factor}, 1)));
  }

  Value sum(Value first, Value second) {
    return node("Add", first.shape, List.of(first, second));
  }

  /** Puts the channels of two activations one after the other. */
  Value concatenation(Value first, Value second) {
    long[] shape = first.shape.clone();
    shape[0] += second.channels();
    return node("Concat", shape, List.of(first, second), integer("axis", 1));
  }

  /**
   * Adds zeros.
   *
   * @param before how many channels, rows and columns come first
   * @param after how many come last
   */
  Value padded(Value input, long[] before, long[] after) {
    long[] shape = new long[3];
    Arrays.setAll(shape, i -> before[i] + input.shape[i] + after[i]);
    long[] pads =
        LongStream.concat(
                LongStream.concat(LongStream.of(0), Arrays.stream(before)),
                LongStream.concat(LongStream.of(0), Arrays.stream(after)))
            .toArray();
    return node("Pad", shape, List.of(input, constant(pads)));
  }

  /** Takes every second row and column. */
  Value everySecond(Value input) {
    long height = input.shape[1];
    long width = input.shape[2];
    return slice(
        input,
        new long[] {0, 0},
        new long[] {height, width},
        new long[] {2, 2},
        new long[] {input.channels(), (height + 1) / 2, (width + 1) / 2});
  }

  /** Takes a part of the rows and columns. */
  private Value slice(Value input, long[] from, long[] to, long[] steps, long[] shape) {
    return node(
        "Slice",
        shape,
        List.of(input, constant(from), constant(to), constant(new long[] {2, 3}), constant(steps)));
  }

  private Value node(
      String operator, long[] shape, List<Value> inputs, AttributeProto... attributes) {
    Value output = new Value(operator.toLowerCase(Locale.ROOT) + "_" + nodes++, shape);
    NodeProto.Builder node =
        NodeProto.newBuilder().setOpType(operator).setName(output.name).addOutput(output.name);
    inputs.forEach(input -> node.addInput(input.name));
    node.addAllAttribute(List.of(attributes));
    graph.addNode(node);
    return output;
  }

  private Value constant(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      Tensor plain = tensor.detach().cpu().to(ScalarType.Float).contiguous();
      byte[] bytes = new byte[(int) plain.nbytes()];
      new BytePointer(plain.data_ptr()).get(bytes);
      return constant(TensorProto.DataType.FLOAT, bytes, plain.sizes().vec().get());
    }
  }

  private Value constant(float[] values, long... shape) {
    ByteBuffer bytes = littleEndian(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return constant(TensorProto.DataType.FLOAT, bytes.array(), shape);
  }

  private Value constant(long[] values) {
    ByteBuffer bytes = littleEndian(Long.BYTES * values.length);
    bytes.asLongBuffer().put(values);
    return constant(TensorProto.DataType.INT64, bytes.array(), values.length);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Value constant(TensorProto.DataType type, byte[] littleEndian, long... shape) {
    Value value = new Value("constant_" + graph.getInitializerCount(), shape);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(value.name)
            .setDataType(type.getNumber())
            .addAllDims(Arrays.stream(shape).boxed().toList())
            .setRawData(ByteString.copyFrom(littleEndian)));
    return value;
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(Arrays.stream(values).boxed().toList())
        .build();
  }

  private static ValueInfoProto described(Value value, TensorProto.DataType type) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
    for (long length : value.shape) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(length));
    }
    return ValueInfoProto.newBuilder()
        .setName(value.name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }
}

package dev.rote.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Prints the logits of one batch at weights that are drawn alike for both baselines, each of which
 * needs a process of its own.
 */
final class LogitsProcess {
  private static final int N = 8;

  private LogitsProcess() {}

  public static void main(String[] arguments) {
    Workload workload = Workload.of(arguments[1]);
    float[] logits = arguments[0].equals("djl") ? djl(workload) : plain(workload);
    System.out.println(
        "logits "
            + IntStream.range(0, logits.length)
                .mapToObj(i -> Float.toString(logits[i]))
                .collect(Collectors.joining(" ")));
    Runtime.getRuntime().halt(0);
  }

  /** Values for a weight of this shape: only weights have more than one axis. */
  private static float[] draw(Random random, long[] shape) {
    long size = 1;
    for (long length : shape) {
      size *= length;
    }
    double deviation = Math.sqrt(2.0 * shape[0] / size);
    float[] values = new float[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  private static float[] plain(Workload workload) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      PlainNetwork network = PlainNetwork.of(workload);
      network.train(true);
      Random random = new Random(1);
      TensorVector parameters = network.parameters();
      for (long i = 0; i < parameters.size(); i++) {
        Tensor parameter = parameters.get(i);
        if (parameter.dim() > 1) {
          float[] values = draw(random, parameter.sizes().vec().get());
          new FloatPointer(parameter.data_ptr()).put(values, 0, values.length);
        } else if (parameter.numel() == Workload.CLASSES) {
          parameter.zero_(); // the bias of the last layer
        }
      }
      Tensor images =
          torch.empty(
              N, workload.shape().channels(), workload.shape().height(), workload.shape().width());
      float[] values = RandomImages.standardized(N, workload);
      new FloatPointer(images.data_ptr()).put(values, 0, values.length);
      float[] logits = new float[N * Workload.CLASSES];
      new FloatPointer(network.forward(images).contiguous().data_ptr()).get(logits);
      return logits;
    }
  }

  private static float[] djl(Workload workload) {
    try (Model model = Model.newInstance(workload.network().toString(), "PyTorch");
        NDManager manager = NDManager.newBaseManager()) {
      Block block = DjlNetwork.of(workload);
      model.setBlock(block);
      Shape shape =
          new Shape(
              N, workload.shape().channels(), workload.shape().height(), workload.shape().width());
      block.initialize(manager, DataType.FLOAT32, shape);
      Random random = new Random(1);
      block
          .getParameters()
          .forEach(
              entry -> {
                NDArray array = entry.getValue().getArray();
                if (array.getShape().dimension() > 1) {
                  array.set(draw(random, array.getShape().getShape()));
                }
              });
      NDArray images = manager.create(RandomImages.standardized(N, workload), shape);
      ParameterStore store = new ParameterStore(manager, false);
      return block.forward(store, new NDList(images), true).singletonOrThrow().toFloatArray();
    }
  }
}

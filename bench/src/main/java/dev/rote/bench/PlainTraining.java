package dev.rote.bench;

import dev.rote.data.ImageShape;
import dev.rote.random.RandomStreams;
import dev.rote.study.Device;
import dev.rote.study.OptimizerSpec;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Eager libtorch as a PyTorch script uses it: NCHW, float32, the modules and optimizers that come
 * with it. Images are standardized in memory; a step gets its batch at no cost.
 */
final class PlainTraining implements Training {
  private static final int EVALUATION_BATCH = 250;

  private final org.bytedeco.pytorch.Device there;
  private final PlainNetwork network;
  private final Optimizer optimizer;
  private final Tensor images;
  private final Tensor labels;
  private final Tensor testImages;
  private final Tensor testLabels;

  PlainTraining(RandomImages data, int threads, Device device) {
    torch.set_num_threads(threads);
    Workload workload = data.workload();
    there =
        new org.bytedeco.pytorch.Device(device == Device.CUDA ? DeviceType.CUDA : DeviceType.CPU);
    network = PlainNetwork.of(workload);
    network.to(there, false);
    network.train(true);
    optimizer = optimizer(workload);
    images = images(data.training(), workload);
    labels = labels(data.training());
    testImages = images(data.test(), workload);
    testLabels = labels(data.test());
  }

  private Optimizer optimizer(Workload workload) {
    OptimizerSpec spec = workload.optimizer();
    if (spec instanceof OptimizerSpec.Adam) {
      return new Adam(network.parameters(), new AdamOptions(spec.rate()));
    }
    SGDOptions options = new SGDOptions(spec.rate());
    options.momentum().put(spec.momentum());
    options.weight_decay().put(spec.weightDecay());
    return new SGD(network.parameters(), options);
  }

  private Tensor images(int n, Workload workload) {
    ImageShape shape = workload.shape();
    Tensor tensor = torch.empty(n, shape.channels(), shape.height(), shape.width());
    float[] values = RandomImages.standardized(n, workload);
    if (n > 0) {
      new FloatPointer(tensor.data_ptr()).put(values, 0, values.length);
    }
    return tensor.to(there, ScalarType.Float);
  }

  private Tensor labels(int n) {
    int[] classes = RandomImages.labels(n);
    long[] wide = new long[n];
    for (int i = 0; i < n; i++) {
      wide[i] = classes[i];
    }
    return longs(wide);
  }

  private Tensor longs(long[] values) {
    Tensor tensor =
        torch.empty(new long[] {values.length}, new TensorOptions(ScalarType.Long), null);
    if (values.length > 0) {
      new LongPointer(tensor.data_ptr()).put(values, 0, values.length);
    }
    return tensor.to(there, ScalarType.Long);
  }

  @Override
  public long parameters() {
    try (PointerScope scope = new PointerScope()) {
      long count = 0;
      TensorVector parameters = network.parameters();
      for (long i = 0; i < parameters.size(); i++) {
        Tensor parameter = parameters.get(i);
        count += parameter.requires_grad() ? parameter.numel() : 0;
      }
      return count;
    }
  }

  @Override
  public String library() {
    return "libtorch " + Versions.libtorch();
  }

  @Override
  public void steps(StepClock clock) {
    long batches = images.size(0) / Workload.BATCH;
    clock.start();
    long next = 0;
    do {
      try (PointerScope scope = new PointerScope()) {
        long start = next++ % batches * Workload.BATCH;
        step(images.narrow(0, start, Workload.BATCH), labels.narrow(0, start, Workload.BATCH));
      }
    } while (clock.lap());
  }

  private void step(Tensor batch, Tensor classes) {
    optimizer.zero_grad();
    Tensor loss = torch.cross_entropy_loss(network.forward(batch), classes);
    loss.backward();
    optimizer.step();
  }

  @Override
  public void epochs(StepClock clock) {
    clock.start();
    int epoch = 0;
    do {
      epoch++;
      train(epoch);
      clock.trained();
      evaluate(images, labels);
      evaluate(testImages, testLabels);
    } while (clock.lap());
  }

  private void train(int epoch) {
    int n = (int) images.size(0);
    network.train(true);
    try (PointerScope scope = new PointerScope()) {
      Tensor order = longs(RandomStreams.permutation(n, 1, "order", epoch));
      for (long start = 0; start < n; start += Workload.BATCH) {
        try (PointerScope step = new PointerScope()) {
          Tensor positions = order.narrow(0, start, Math.min(Workload.BATCH, n - start));
          step(images.index_select(0, positions), labels.index_select(0, positions));
        }
      }
    }
  }

  private double evaluate(Tensor part, Tensor classes) {
    network.train(false);
    long hits = 0;
    long n = part.size(0);
    for (long start = 0; start < n; start += EVALUATION_BATCH) {
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        long size = Math.min(EVALUATION_BATCH, n - start);
        Tensor predicted =
            network.forward(part.narrow(0, start, size)).argmax(new LongOptional(1), false);
        hits += predicted.eq(classes.narrow(0, start, size)).sum().item_long();
      }
    }
    return (double) hits / n;
  }

  @Override
  public void close() {
    optimizer.close();
    network.close();
  }
}

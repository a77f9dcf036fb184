package dev.rote.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LinearOptions;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The networks, written with libtorch's modules as in a PyTorch script: {@code Conv2d}, {@code
 * BatchNorm2d}, {@code Linear} and functions between them. Modules are registered in the order in
 * which {@code dev.rote.net} declares its parameters.
 */
final class PlainNetwork extends Module {
  private final UnaryOperator<Tensor> layers;
  private int registered;

  private PlainNetwork(Workload workload) {
    this.layers =
        switch (workload.network().text()) {
          case "resnet32" -> resNet32(workload.shape().channels());
          case "resnet18" -> resNet18(workload.shape().channels());
          case "inception-lite" -> inceptionLite(workload.shape().channels());
          case "airbench" -> airbench(workload.shape().channels());
          default -> throw new IllegalArgumentException(workload.network().toString());
        };
  }

  static PlainNetwork of(Workload workload) {
    return new PlainNetwork(workload);
  }

  /** Logits {@code [N,K]} of images {@code [N,C,H,W]}. */
  Tensor forward(Tensor images) {
    return layers.apply(images);
  }

  private UnaryOperator<Tensor> resNet32(int channels) {
    List<UnaryOperator<Tensor>> chain = new ArrayList<>();
    chain.add(convolution(channels, 16, 3, 1, 1));
    chain.add(batchNorm(16));
    chain.add(torch::relu);
    int in = 16;
    for (int stage = 0; stage < 3; stage++) {
      int out = 16 << stage;
      for (int block = 0; block < 5; block++) {
        int stride = block == 0 && stage > 0 ? 2 : 1;
        UnaryOperator<Tensor> branch = branch(in, out, stride);
        int half = (out - in) / 2;
        chain.add(residual(branch, stride == 1 ? x -> x : x -> everySecondPixel(x, half)));
        in = out;
      }
    }
    chain.add(x -> torch.adaptive_avg_pool2d(x, 1, 1));
    chain.add(x -> torch.flatten(x, 1, -1));
    chain.add(linear(64, true));
    return chain(chain);
  }

  private static Tensor everySecondPixel(Tensor x, long added) {
    LongOptional all = new LongOptional();
    Tensor sampled = x.slice(2, all, all, 2).slice(3, all, all, 2);
    return torch.constant_pad_nd(sampled, 0, 0, 0, 0, added, added);
  }

  private UnaryOperator<Tensor> resNet18(int channels) {
    List<UnaryOperator<Tensor>> chain = new ArrayList<>();
    chain.add(convolution(channels, 64, 7, 2, 3));
    chain.add(batchNorm(64));
    chain.add(Tensor::relu_);
    chain.add(x -> maxPool(x, 3, 1));
    int in = 64;
    for (int stage = 0; stage < 4; stage++) {
      int out = 64 << stage;
      for (int block = 0; block < 2; block++) {
        int stride = block == 0 && stage > 0 ? 2 : 1;
        UnaryOperator<Tensor> branch = branch(in, out, stride);
        UnaryOperator<Tensor> shortcut =
            stride == 1
                ? x -> x
                : chain(List.of(convolution(in, out, 1, stride, 0), batchNorm(out)));
        chain.add(residual(branch, shortcut));
        in = out;
      }
    }
    chain.add(x -> torch.adaptive_avg_pool2d(x, 1, 1));
    chain.add(x -> torch.flatten(x, 1, -1));
    chain.add(linear(512, true));
    return chain(chain);
  }

  private UnaryOperator<Tensor> inceptionLite(int channels) {
    List<UnaryOperator<Tensor>> chain = new ArrayList<>();
    chain.add(unit(channels, 96, 3, 1));
    chain.add(inception(96, 32, 32));
    chain.add(inception(64, 32, 48));
    chain.add(downsample(80, 80));
    chain.add(inception(160, 112, 48));
    chain.add(inception(160, 96, 64));
    chain.add(inception(160, 80, 80));
    chain.add(inception(160, 48, 96));
    chain.add(downsample(144, 96));
    chain.add(inception(240, 176, 160));
    chain.add(inception(336, 176, 160));
    chain.add(x -> torch.adaptive_avg_pool2d(x, 1, 1));
    chain.add(x -> torch.flatten(x, 1, -1));
    chain.add(linear(336, true));
    return chain(chain);
  }

  private UnaryOperator<Tensor> airbench(int channels) {
    List<UnaryOperator<Tensor>> chain = new ArrayList<>();
    int in = 8 * channels;
    chain.add(whitening(channels, in));
    chain.add(torch::relu);
    for (int out : new int[] {64, 128, 256}) {
      chain.add(convolution(in, out, 3, 1, 1));
      chain.add(x -> maxPool(x, 2, 0));
      chain.add(batchNormShiftOnly(out, 1e-5, 0.4));
      chain.add(torch::relu);
      chain.add(convolution(out, out, 3, 1, 1));
      chain.add(batchNormShiftOnly(out, 1e-5, 0.4));
      chain.add(torch::relu);
      in = out;
    }
    Scalar size = new Scalar(in);
    chain.add(x -> x.amax(new long[] {2, 3}, false));
    chain.add(linear(in, false));
    chain.add(x -> x.div(size));
    return chain(chain);
  }

  /** Returns a convolution that is not trained. */
  private UnaryOperator<Tensor> whitening(int in, int out) {
    Conv2dOptions options = new Conv2dOptions(in, out, new LongPointer(2, 2));
    options.bias().put(false);
    Conv2dImpl convolution = register_module(name("conv"), new Conv2dImpl(options));
    convolution.weight().requires_grad_(false);
    return convolution::forward;
  }

  private UnaryOperator<Tensor> inception(int in, int ones, int threes) {
    UnaryOperator<Tensor> one = unit(in, ones, 1, 1);
    UnaryOperator<Tensor> three = unit(in, threes, 3, 1);
    return x -> torch.cat(new TensorVector(one.apply(x), three.apply(x)), 1);
  }

  /** TensorFlow's SAME on even sides: the margin of a stride of 2 lies at the end. */
  private UnaryOperator<Tensor> downsample(int in, int threes) {
    UnaryOperator<Tensor> three = unit(in, threes, 3, 2);
    return x -> {
      Tensor padded = torch.constant_pad_nd(x, 0, 1, 0, 1);
      return torch.cat(new TensorVector(three.apply(padded), maxPool(padded, 3, 0)), 1);
    };
  }

  private UnaryOperator<Tensor> unit(int in, int out, int kernel, int stride) {
    int padding = stride == 2 ? 0 : kernel / 2;
    return chain(
        List.of(
            convolution(in, out, kernel, stride, padding),
            batchNormShiftOnly(out, 1e-3, 0.1),
            torch::relu));
  }

  private UnaryOperator<Tensor> branch(int in, int out, int stride) {
    return chain(
        List.of(
            convolution(in, out, 3, stride, 1),
            batchNorm(out),
            Tensor::relu_,
            convolution(out, out, 3, 1, 1),
            batchNorm(out)));
  }

  private static UnaryOperator<Tensor> residual(
      UnaryOperator<Tensor> branch, UnaryOperator<Tensor> shortcut) {
    return x -> branch.apply(x).add_(shortcut.apply(x)).relu_();
  }

  private static UnaryOperator<Tensor> chain(List<UnaryOperator<Tensor>> layers) {
    return x -> {
      Tensor activations = x;
      for (UnaryOperator<Tensor> layer : layers) {
        activations = layer.apply(activations);
      }
      return activations;
    };
  }

  private static Tensor maxPool(Tensor x, long kernel, long padding) {
    return torch.max_pool2d(
        x,
        new long[] {kernel, kernel},
        new long[] {2, 2},
        new long[] {padding, padding},
        new long[] {1, 1},
        false);
  }

  private UnaryOperator<Tensor> convolution(int in, int out, int kernel, int stride, int padding) {
    Conv2dOptions options = new Conv2dOptions(in, out, new LongPointer(kernel, kernel));
    options.stride().put(new long[] {stride, stride});
    options.padding().put(new LongPointer(padding, padding));
    options.bias().put(false);
    return register_module(name("conv"), new Conv2dImpl(options))::forward;
  }

  private UnaryOperator<Tensor> batchNorm(int channels) {
    return register_module(name("bn"), new BatchNorm2dImpl(new BatchNormOptions(channels)))
        ::forward;
  }

  private UnaryOperator<Tensor> batchNormShiftOnly(int channels, double epsilon, double momentum) {
    BatchNormOptions options = new BatchNormOptions(channels);
    options.eps().put(epsilon);
    options.momentum().put(momentum);
    BatchNorm2dImpl norm = register_module(name("bn"), new BatchNorm2dImpl(options));
    norm.weight().requires_grad_(false);
    return norm::forward;
  }

  private UnaryOperator<Tensor> linear(int in, boolean bias) {
    LinearOptions options = new LinearOptions(in, Workload.CLASSES);
    options.bias().put(bias);
    return register_module(name("fc"), new LinearImpl(options))::forward;
  }

  private String name(String kind) {
    registered++;
    return kind + registered;
  }
}

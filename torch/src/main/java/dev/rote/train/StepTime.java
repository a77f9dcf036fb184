package dev.rote.train;

import dev.rote.data.ImageShape;
import dev.rote.loss.Loss;
import dev.rote.net.Network;
import dev.rote.net.Networks;
import dev.rote.optim.Sgd;
import dev.rote.study.NetworkName;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Measures the parts of a training step on one thread, each as the minimum of many times, since
 * other programs can only slow a step down. Parts are timed separately, since a loss costs less
 * than the variation between whole steps.
 */
public final class StepTime {
  private StepTime() {}

  /**
   * Returns the seconds of a step of SGD with momentum, without the loss: forward pass, backward
   * pass from given gradients of the logits, and the change of the weights.
   *
   * @param steps number of repetitions, at least 1
   */
  public static double ofNetwork(
      NetworkName kind, ImageShape shape, int classes, int batch, int steps) {
    torch.set_num_threads(1);
    double least = Double.POSITIVE_INFINITY;
    try (PointerScope scope = new PointerScope()) {
      Network network = Networks.create(kind, shape, classes, 1);
      Tensor images = normal(batch, shape.channels(), shape.height(), shape.width());
      Tensor laidOut =
          network.channelsLast() ? images.contiguous(MemoryFormat.ChannelsLast) : images;
      Tensor gradient = normal(batch, classes).mul_(new Scalar(1.0 / batch));
      try (Sgd optimizer = new Sgd(network.parameters(), 0.9, 1e-4)) {
        for (int i = 0; i < steps; i++) {
          long start = System.nanoTime();
          try (PointerScope step = new PointerScope()) {
            network.train(laidOut).backward(gradient);
            optimizer.step(1e-3);
          }
          least = Math.min(least, (System.nanoTime() - start) / 1e9);
        }
      }
      network.parameters().close();
    }
    return least;
  }

  /**
   * Returns the seconds that each loss takes for its mean and the gradient of the logits. The
   * losses alternate, so that they run under the same conditions.
   *
   * @param rounds number of repetitions, at least 1
   */
  public static double[] ofLosses(List<Loss> losses, int classes, int batch, int rounds) {
    torch.set_num_threads(1);
    double[] least = new double[losses.size()];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = normal(batch, classes).set_requires_grad(true);
      Tensor labels =
          torch.arange(new Scalar(batch)).to(ScalarType.Long).remainder(new Scalar(classes));
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < least.length; i++) {
          long start = System.nanoTime();
          try (PointerScope step = new PointerScope()) {
            losses.get(i).perSample(logits, labels).mean().backward();
          }
          least[i] = Math.min(least[i], (System.nanoTime() - start) / 1e9);
        }
      }
    }
    return least;
  }

  private static Tensor normal(long... shape) {
    return torch.empty(shape).normal_(0, 1, new GeneratorOptional(torch.make_generator_cpu(1)));
  }
}

package dev.rote.net;

import java.util.function.UnaryOperator;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Dropout (Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014): in training, sets each
 * activation to 0 with probability p and divides the others by 1 − p, so that the expectation stays
 * the same; in evaluation, passes activations on unchanged.
 *
 * <p>The mask is drawn before the step, not in it: a step then reads a tensor at a fixed address,
 * and a GPU can replay it.
 */
final class Dropout implements Layer {
  /** Resolution of the random numbers: p is rounded to a multiple of 1/65536. */
  private static final int BITS = 16;

  private static final int PER_LONG = Long.SIZE / BITS;

  private final Parameters parameters;
  private final int units;
  private final int threshold;
  private final float scale;
  private Tensor mask;

  Dropout(Parameters parameters, double rate, int units) {
    this.parameters = parameters;
    this.units = units;
    this.threshold = (int) Math.max(1, Math.min((1 << BITS) - 1, Math.round(rate * (1 << BITS))));
    this.scale = (float) (1 / (1 - threshold / (double) (1 << BITS)));
  }

  /**
   * Draws the mask of a batch of {@code samples}; the first batch is to be the largest but for one
   * sample, since a mask that has to grow moves to another address.
   */
  void draw(UniformRandomProvider random, long samples) {
    float[] values = new float[Math.toIntExact(samples * units)];
    long bits = 0;
    for (int i = 0; i < values.length; i++) {
      bits = i % PER_LONG == 0 ? random.nextLong() : bits >>> BITS;
      values[i] = (bits & ((1 << BITS) - 1)) < threshold ? 0 : scale;
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor flat = parameters.flat();
      if (mask == null || mask.size(0) < samples) {
        // The last batch of an epoch may have one sample more than the others.
        mask =
            parameters.hold(
                torch.empty(
                    new long[] {samples + 1, units},
                    new TensorOptions(parameters.precision())
                        .device(new DeviceOptional(flat.device())),
                    null));
      }
      mask.narrow(0, 0, samples).copy_(Tensor.create(values).view(samples, units));
    }
  }

  @Override
  public Output train(Tensor input, boolean inputGradient) {
    Tensor kept = mask.narrow(0, 0, input.size(0));
    return new Output(input.mul(kept), gradient -> inputGradient ? gradient.mul(kept) : null);
  }

  @Override
  public boolean hasParameters() {
    return false;
  }

  @Override
  public UnaryOperator<Tensor> frozen() {
    return UnaryOperator.identity();
  }

  @Override
  public Count count(Tensor input, boolean inputGradient) {
    return nothingToCount(input);
  }

  @Override
  public OnnxGraph.Value export(OnnxGraph graph, OnnxGraph.Value input) {
    return input;
  }
}

package dev.rote.net;

import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** What tests give to layers and networks. */
final class TestTensors {
  private TestTensors() {}

  /** Normally distributed numbers, the same for the same seed. */
  static Tensor noise(long seed, long... shape) {
    GeneratorOptional generator = new GeneratorOptional(torch.make_generator_cpu(seed));
    return torch.empty(shape).normal_(0, 1, generator);
  }

  /** Images in the layout that a network computes in. */
  static Tensor laidOut(Network network, Tensor images) {
    return network.channelsLast() ? images.contiguous(MemoryFormat.ChannelsLast) : images;
  }
}

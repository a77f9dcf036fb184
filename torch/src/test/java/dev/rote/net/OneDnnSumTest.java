package dev.rote.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneDnnSumTest {
  private static Tensor normal(long seed, ScalarType type, long... shape) {
    return torch
        .empty(shape)
        .normal_(0, 1, new GeneratorOptional(torch.make_generator_cpu(seed)))
        .to(type)
        .contiguous(MemoryFormat.ChannelsLast);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 16, 5, 7, Float",
    "2, 5, 4, 4, Float",
    "1, 1, 1, 1, Float",
    "3, 17, 2, 3, BFloat16"
  })
  void hasTheBitsOfAddAndRelu(long n, long c, long h, long w, ScalarType type) {
    try (PointerScope scope = new PointerScope()) {
      Tensor one = normal(1, type, n, c, h, w);
      Tensor two = normal(2, type, n, c, h, w);
      Tensor expected = one.add(two).relu();
      Optional<OneDnnSum> sum = OneDnnSum.create(OneDnnKernel.Shape.of(one));
      assumeThat(sum).as("oneDNN is there").isPresent();
      Tensor result = sum.get().run(one, two);
      assertThat(result.equal(expected)).isTrue();
      assertThat(one.equal(expected)).as("in place").isTrue();
      sum.get().close();
    }
  }
}

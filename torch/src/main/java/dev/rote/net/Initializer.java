package dev.rote.net;

import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Draws the initial values of one parameter in place. */
@FunctionalInterface
interface Initializer {
  void fill(Tensor tensor, GeneratorOptional generator);

  static Initializer constant(double value) {
    return (tensor, generator) -> tensor.fill_(new Scalar(value));
  }

  /** Draws from a normal distribution with mean 0 and the given standard deviation. */
  static Initializer normal(double deviation) {
    return (tensor, generator) -> tensor.normal_(0, deviation, generator);
  }

  /** Draws from a uniform distribution on [-bound, bound). */
  static Initializer uniform(double bound) {
    return (tensor, generator) -> tensor.uniform_(-bound, bound, generator);
  }

  /** Draws as He et al. 2015 (arXiv 1502.01852), eq. 10: normal with deviation √(2/fan). */
  static Initializer he(long fan) {
    return normal(Math.sqrt(2.0 / fan));
  }

  /** Draws as He et al. 2015 from a uniform distribution of the same deviation: ±√(6/fan). */
  static Initializer heUniform(long fan) {
    return uniform(Math.sqrt(6.0 / fan));
  }

  /** Draws as Glorot and Bengio 2010, eq. 16: uniform on ±√(6/(fanIn+fanOut)). */
  static Initializer glorot(long fanIn, long fanOut) {
    return uniform(Math.sqrt(6.0 / (fanIn + fanOut)));
  }

  /**
   * Draws as PyTorch's default of convolutions, uniform on ±1/√fanIn, except that the first filters
   * pass on an input channel each, as far as there are channels and filters (Zagoruyko and
   * Komodakis 2017, "DiracNets", arXiv 1706.00388).
   */
  static Initializer dirac(Convolution.Shape shape) {
    int passed = Math.min(shape.in(), shape.out());
    int middle = shape.kernel() / 2;
    return (tensor, generator) -> {
      linear(shape.fanIn()).fill(tensor, generator);
      Tensor first = tensor.narrow(0, 0, passed);
      first.zero_();
      first.select(3, middle).select(2, middle).diagonal().fill_(new Scalar(1.0));
    };
  }

  /** Draws as PyTorch's default of linear layers: uniform on ±1/√fanIn, for weight and bias. */
  static Initializer linear(long fanIn) {
    return uniform(1 / Math.sqrt(fanIn));
  }
}

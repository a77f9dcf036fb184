package dev.rote.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.net.Network;
import dev.rote.net.Networks;
import dev.rote.study.Device;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The baseline is the same network: equal weights, equal logits, in training and afterwards. And
 * autograd, which differentiates the baseline, finds the gradients of Rote's own backward pass.
 */
class PlainNetworkTest {
  @ParameterizedTest
  @ValueSource(strings = {"resnet32", "resnet18", "inception-lite", "airbench"})
  void equalWeightsGiveTheLogitsAndGradientsOfRote(String name) {
    Workload workload = Workload.of(name);
    torch.manual_seed(1);
    try (PointerScope scope = new PointerScope();
        PlainTraining training =
            new PlainTraining(new RandomImages(workload, 4, 0), 1, Device.CPU)) {
      assertThat(training.parameters()).isEqualTo(workload.parameters());
      PlainNetwork plain = PlainNetwork.of(workload);
      Network rote = Networks.create(workload.network(), workload.shape(), Workload.CLASSES, 7);
      Tensor images =
          torch.randn(
              8, workload.shape().channels(), workload.shape().height(), workload.shape().width());
      rote.prepare(images);
      copy(rote, plain);
      try (NoGradGuard guard = new NoGradGuard()) {
        plain.train(true);
        for (int step = 0; step < 3; step++) {
          assertEqual(plain.forward(images), rote.train(images).logits());
        }
        plain.train(false);
        assertEqual(plain.forward(images), rote.frozen().logits(images));
      }
      plain.train(true);
      Tensor gradient = torch.randn(8, Workload.CLASSES);
      plain.forward(images).mul(gradient).sum().backward();
      rote.train(images).backward(gradient);
      List<String> names = List.copyOf(rote.parameters().named().keySet());
      TensorVector parameters = plain.parameters();
      int next = 0;
      for (long i = 0; i < parameters.size(); i++) {
        if (parameters.get(i).requires_grad()) {
          Tensor expected = parameters.get(i).grad();
          String parameter = names.get(next++);
          Tensor found = rote.parameters().gradient(parameter);
          // Rounding moves some values across the bend of a ReLU: not to the last digits.
          assertThat(found.sub(expected).norm().item_double() / expected.norm().item_double())
              .as(parameter)
              .isCloseTo(0, within(0.05));
        }
      }
    }
  }

  /**
   * Both have their trainable parameters in one order; of airbench, the first filters are fixed.
   */
  private static void copy(Network rote, PlainNetwork plain) {
    List<Tensor> values = List.copyOf(rote.parameters().named().values());
    Tensor fixed = rote.parameters().named().get("whiten.weight");
    TensorVector parameters = plain.parameters();
    int next = 0;
    try (NoGradGuard guard = new NoGradGuard()) {
      if (fixed != null) {
        parameters.get(0).copy_(fixed);
      }
      for (long i = 0; i < parameters.size(); i++) {
        Tensor parameter = parameters.get(i);
        if (parameter.requires_grad()) {
          Tensor value = values.get(next++);
          assertThat(parameter.sizes().vec().get()).isEqualTo(value.sizes().vec().get());
          parameter.copy_(value);
        }
      }
    }
    long buffers = plain.buffers().size() * 2 / 3; // without the counters of batches
    assertThat(next + buffers + (fixed == null ? 0 : 1)).isEqualTo(values.size());
  }

  private static void assertEqual(Tensor a, Tensor b) {
    double scale = b.abs().max().item_double();
    assertThat(scale).isPositive();
    assertThat(a.sub(b).abs().max().item_double() / scale).isCloseTo(0, within(1e-4));
  }
}

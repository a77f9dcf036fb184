package dev.rote.loss;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProbabilitiesTest {
  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"Float", "Double"})
  void theEntryAtTheLabelAndItsGradientAreThoseOfGather(ScalarType type) {
    try (PointerScope scope = new PointerScope()) {
      Tensor[] values = new Tensor[2];
      Tensor[] gradients = new Tensor[2];
      Tensor labels = Tensor.create(new long[] {2, 0, 3, 3});
      for (int i = 0; i < 2; i++) {
        Tensor rows = torch.arange(new Scalar(16.0)).view(4, 4).sub(new Scalar(5)).to(type);
        rows.select(0, 1).fill_(new Scalar(Double.NEGATIVE_INFINITY));
        rows.requires_grad_(true);
        values[i] =
            i == 0
                ? Probabilities.atLabel(rows, labels)
                : rows.gather(1, labels.unsqueeze(1)).squeeze(1);
        values[i].exp().add(values[i].mul(new Scalar(3))).sum().backward();
        gradients[i] = rows.grad();
      }
      assertThat(values[0].equal(values[1])).isTrue();
      assertThat(gradients[0].equal(gradients[1])).isTrue();
      assertThat(gradients[0].ne(new Scalar(0)).sum().item_long()).isEqualTo(4);
    }
  }
}

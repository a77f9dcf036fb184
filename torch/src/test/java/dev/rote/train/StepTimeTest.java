package dev.rote.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.data.ImageShape;
import dev.rote.loss.Loss;
import dev.rote.loss.Losses;
import dev.rote.study.NetworkName;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class StepTimeTest {
  /** Cross-entropy that dawdles for five milliseconds. */
  private static final class Slow implements Loss {
    private final Loss loss = Losses.parse("cce");

    @Override
    public Tensor perSample(Tensor logits, Tensor labels) {
      long end = System.nanoTime() + 5_000_000;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      return loss.perSample(logits, labels);
    }
  }

  @Test
  void aSlowLossIsFoundToBeSlow() {
    double[] seconds = StepTime.ofLosses(List.of(Losses.parse("cce"), new Slow()), 10, 16, 20);
    assertThat(seconds[0]).isPositive();
    assertThat(seconds[1]).isGreaterThan(0.005 + 0.2 * seconds[0]);
    assertThat(seconds[0]).isLessThan(seconds[1]);
  }

  @Test
  void aLargerBatchTakesLonger() {
    double small =
        StepTime.ofNetwork(new NetworkName("small-cnn"), ImageShape.square(1, 28), 10, 8, 5);
    double large =
        StepTime.ofNetwork(new NetworkName("small-cnn"), ImageShape.square(1, 28), 10, 256, 5);
    assertThat(small).isPositive();
    assertThat(large).isGreaterThan(2 * small);
  }
}

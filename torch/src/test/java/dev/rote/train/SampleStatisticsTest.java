package dev.rote.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class SampleStatisticsTest {
  private static final float LN2 = (float) Math.log(2);

  private static Tensor rows(float[]... rows) {
    Tensor[] tensors = new Tensor[rows.length];
    for (int i = 0; i < rows.length; i++) {
      tensors[i] = Tensor.create(rows[i]).reshape(1, rows[i].length);
    }
    return torch.cat(new TensorVector(tensors), 0);
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[(int) tensor.numel()];
    new FloatPointer(tensor.contiguous().data_ptr()).get(values);
    return values;
  }

  /** Softmax of (ln 2, 0, 0) is (1/2, 1/4, 1/4). */
  @Test
  void sumsOverEpochsAreAsWorkedOutByHand() {
    try (PointerScope scope = new PointerScope();
        SampleStatistics statistics = new SampleStatistics(3, 1, 3, 2, torch.zeros(1))) {
      // Epoch 1: sample 2, labelled 0, is right by ln 2; sample 0, labelled 1, is wrong by ln 2.
      statistics.training(
          Tensor.create(2L, 0L),
          rows(new float[] {LN2, 0, 0}, new float[] {LN2, 0, 0}),
          Tensor.create(0L, 1L));
      // Epoch 2, in another order: sample 0 is right now, sample 2 no longer.
      statistics.training(
          Tensor.create(0L, 2L),
          rows(new float[] {0, LN2, 0}, new float[] {0, 0, LN2}),
          Tensor.create(1L, 0L));
      assertSums(statistics, "margin", 0, 0, 0);
      assertSums(statistics, "confidence", 0.75, 0, 0.75);
      assertSums(statistics, "confidence_squared", 0.3125, 0, 0.3125);
      assertSums(statistics, "correct", 1, 0, 1);
      assertSums(statistics, "forgotten", 0, 0, 1);
      assertSums(statistics, "last_correct", 1, 0, 0);
      // At the end: samples 1 and 2, labelled 1 and 2, of which the second is right.
      statistics.fitted(
          1, rows(new float[] {LN2, 0, 0}, new float[] {0, 0, LN2}), Tensor.create(1L, 2L));
      assertSums(statistics, "fitted", 0, 0, 1);
    }
  }

  @Test
  void heldOutProbabilitiesAreThoseOfTheLastQuarter() {
    try (PointerScope scope = new PointerScope();
        SampleStatistics statistics = new SampleStatistics(1, 2, 3, 8, torch.zeros(1))) {
      for (int epoch = 1; epoch <= 8; epoch++) {
        float z = epoch <= 6 ? 100 : LN2;
        statistics.heldOut(1, rows(new float[] {z, 0, 0}), epoch);
      }
      assertSums(statistics, "held_out", 0, 0, 0, 1, 0.5, 0.5);
    }
  }

  private static void assertSums(SampleStatistics statistics, String name, double... expected) {
    float[] sums = floats(statistics.sums().get(name));
    assertThat(sums).hasSize(expected.length);
    for (int i = 0; i < sums.length; i++) {
      assertThat((double) sums[i]).as(name + " " + i).isCloseTo(expected[i], within(1e-6));
    }
  }
}

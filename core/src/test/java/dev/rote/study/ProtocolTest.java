package dev.rote.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.run.Json;
import dev.rote.study.OptimizerSpec.Adam;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.text.InputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolTest {
  private static Protocol protocol(String schedule, int warmup) {
    return Protocol.of(new Sgd(0.1, 0.9, 1e-4), 200).withSchedule(Decay.parse(schedule), warmup);
  }

  @Test
  void warmupRisesStepByStepToTheFullRate() {
    Protocol warm = protocol("constant", 2);
    assertThat(warm.rateAt(1, 0, 4)).isCloseTo(0.1 / 8, within(1e-15));
    assertThat(warm.rateAt(2, 3, 4)).isCloseTo(0.1, within(1e-15));
    assertThat(warm.rateAt(3, 0, 4)).isEqualTo(0.1);
  }

  @Test
  void cosineFallsFromTheFullRateTowardsZero() {
    Protocol cosine = protocol("cosine", 0);
    assertThat(cosine.rateAt(1, 0, 1)).isEqualTo(0.1);
    assertThat(cosine.rateAt(101, 0, 1)).isCloseTo(0.05, within(1e-15));
    assertThat(cosine.rateAt(200, 0, 1)).isBetween(0.0, 1e-4);
  }

  @Test
  void jsonHoldsEveryFieldAndReadsBack() {
    Protocol all =
        Protocol.of(new Sgd(0.1, 0.9, 1e-4), 10)
            .withSchedule(new Decay.Steps(0.1, List.of(3, 6)), 2)
            .withPrecision(Precision.BF16)
            .withAugmentation(new Augmentation(true, 4))
            .withClip(5);
    String json = Json.LINE.writeValueAsString(all);
    assertThat(json)
        .isEqualTo(
            """
            {"optimizer":{"name":"sgd","rate":0.1,"momentum":0.9,"weight_decay":1.0E-4},\
            "schedule":{"decay":"steps(0.1, 3, 6)","warmup_epochs":2},"epochs":10,\
            "batch_size":128,"precision":"bf16","augmentation":"flip+crop(4)","clip":5.0}\
            """);
    assertThat(Json.LINE.readValue(json, Protocol.class)).isEqualTo(all);
    Protocol plain = Protocol.of(new Adam(1e-3, 0), 1);
    json = Json.LINE.writeValueAsString(plain);
    assertThat(json).startsWith("{\"optimizer\":{\"name\":\"adam\",\"rate\":0.001,");
    assertThat(Json.LINE.readValue(json, Protocol.class)).isEqualTo(plain);
  }

  @Test
  void refusesWhatCannotBeTrained() {
    assertThatThrownBy(() -> protocol("stpes(0.1, 100)", 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("did you mean 'steps'");
    assertThatThrownBy(() -> protocol("steps(2, 100)", 0)).hasMessageContaining("outside (0, 1]");
    assertThatThrownBy(() -> protocol("steps(0.1)", 0)).hasMessageContaining("needs epochs");
    assertThatThrownBy(() -> protocol("constant", 201)).hasMessageContaining("[0, 200]");
    assertThatThrownBy(() -> new Sgd(Double.NaN, 0, 0)).hasMessageContaining("learning rate NaN");
    assertThatThrownBy(() -> new Sgd(0.1, 1, 0)).hasMessageContaining("momentum 1.0");
    assertThatThrownBy(() -> new Adam(0.1, -1)).hasMessageContaining("weight decay -1.0");
    assertThatThrownBy(() -> OptimizerSpec.of("rmsprop", 1, 0, 0))
        .hasMessageContaining("unknown optimizer 'rmsprop'");
    Protocol plain = Protocol.of(new Adam(0.1, 0), 1);
    assertThatThrownBy(() -> plain.withClip(-1)).hasMessageContaining("clip -1.0");
    assertThatThrownBy(() -> plain.withBatchSize(1)).hasMessageContaining("batch size 1");
    assertThatThrownBy(() -> plain.withEpochs(0)).hasMessageContaining("epochs 0");
  }

  @Test
  void saysWhatDiffers() {
    Protocol one = Protocol.of(new Sgd(0.1, 0.9, 0), 20);
    assertThat(one.differenceTo(one.withSchedule(Decay.COSINE, 2).withEpochs(30)))
        .isEqualTo("schedule constant, not cosine, warm-up of 2 epochs; epochs 20, not 30");
    assertThat(one.differenceTo(one.withOptimizer(new Adam(0.001, 0)).withClip(5)))
        .isEqualTo(
            "optimizer sgd(rate=0.1, momentum=0.9, weight-decay=0), not adam(rate=0.001,"
                + " weight-decay=0); clip none, not 5.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"constant", "exponential(0.9)", "steps(0.1, 2, 5)", "cosine", "linear"})
  void aScheduleCanBeLengthenedIfTheNumberOfEpochsChangesNoRate(String text) {
    Decay decay = Decay.parse(text);
    boolean same = true;
    for (int epoch = 1; epoch <= 4; epoch++) {
      for (double done : new double[] {0, 0.5}) {
        same &= decay.factor(epoch, 4, done) == decay.factor(epoch, 9, done);
      }
    }
    assertThat(decay.lengthens()).isEqualTo(same);
  }
}

package dev.rote.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.run.Json;
import dev.rote.text.InputException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProtocolTest {
  private static Protocol protocol(String schedule, int warmup) {
    return new Protocol("sgd", 0.1, 0.9, 1e-4, schedule, warmup, 200, 128, Precision.FLOAT32);
  }

  @Test
  void paperScheduleOfResNet32DropsAfterEpochs100And150() {
    Protocol paper = Presets.protocolFor("resnet32");
    assertThat(paper.rateAt(1, 0, 10)).isEqualTo(0.1);
    assertThat(paper.rateAt(100, 9, 10)).isEqualTo(0.1);
    assertThat(paper.rateAt(101, 0, 10)).isCloseTo(0.01, within(1e-15));
    assertThat(paper.rateAt(151, 0, 10)).isCloseTo(0.001, within(1e-15));
  }

  @Test
  void paperScheduleOfInceptionLiteDecaysEveryEpoch() {
    Protocol paper = Presets.protocolFor("inception-lite");
    assertThat(paper.rateAt(1, 0, 10)).isEqualTo(0.01);
    assertThat(paper.rateAt(3, 5, 10)).isCloseTo(0.01 * 0.95 * 0.95, within(1e-15));
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

  private static Protocol clipped(double norm) {
    return new Protocol(
        "sgd", 0.1, 0.9, 0, "constant", 0, 10, 128, Precision.FLOAT32, "flip", Optional.of(norm));
  }

  @Test
  void whatIsNotUsedIsNotWrittenSoThatOlderRunsKeepTheirNames() {
    Protocol plain = protocol("constant", 0);
    String json = Json.LINE.writeValueAsString(plain);
    assertThat(json).endsWith("\"precision\":\"float32\"}");
    assertThat(Json.LINE.readValue(json, Protocol.class)).isEqualTo(plain);
    json = Json.LINE.writeValueAsString(clipped(5));
    assertThat(json).endsWith("\"augmentation\":\"flip\",\"clip\":5.0}");
    assertThat(Json.LINE.readValue(json, Protocol.class)).isEqualTo(clipped(5));
    assertThat(clipped(5).withLearningRate(1).clip()).contains(5.0);
    assertThatThrownBy(() -> clipped(-1)).hasMessageContaining("clip -1.0");
  }

  @Test
  void refusesWhatCannotBeTrained() {
    assertThatThrownBy(() -> protocol("stpes(0.1, 100)", 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("did you mean 'steps'");
    assertThatThrownBy(() -> protocol("steps(2, 100)", 0)).hasMessageContaining("outside (0, 1]");
    assertThatThrownBy(() -> protocol("steps(0.1)", 0)).hasMessageContaining("needs epochs");
    assertThatThrownBy(() -> protocol("constant", 201)).hasMessageContaining("[0, 200]");
    assertThatThrownBy(
            () -> new Protocol("sgd", Double.NaN, 0, 0, "constant", 0, 1, 2, Precision.FLOAT32))
        .hasMessageContaining("learning rate NaN");
    assertThatThrownBy(
            () -> new Protocol("rmsprop", 1, 0, 0, "constant", 0, 1, 2, Precision.FLOAT32))
        .hasMessageContaining("unknown optimizer 'rmsprop'");
  }

  @Test
  void saysWhatDiffers() {
    Protocol one = new Protocol("sgd", 0.1, 0.9, 0, "constant", 0, 20, 128, Precision.FLOAT32);
    Protocol other = new Protocol("sgd", 0.1, 0.9, 0, "cosine", 2, 20, 128, Precision.FLOAT32);
    assertThat(one.differenceTo(other))
        .isEqualTo("schedule constant, not cosine; warmup epochs 0, not 2");
  }
}

package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.loss.Losses;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OutputTest {
  private static CommandResult rote(String... args) {
    return CommandResult.of((Object[]) args);
  }

  private static JsonNode json(String... args) {
    CommandResult result = rote(args);
    assertThat(result.code()).as(result.err()).isZero();
    return JsonMapper.shared().readTree(result.out());
  }

  @Test
  void lossesAsJsonHoldEveryLossWithItsConstants() {
    JsonNode losses = json("losses", "--json").get("losses");
    assertThat(losses).hasSize(Losses.kinds().size());
    JsonNode mae = null;
    for (JsonNode loss : losses) {
      mae = loss.get("loss").asString().equals("mae") ? loss : mae;
    }
    // mae: the sum over labels is 2(K − 1); its pull at a uniform softmax is 2(K − 1)/K²
    assertThat(mae.get("symmetry_constant_by_classes").get("10").asDouble()).isEqualTo(18);
    assertThat(mae.get("pull_by_classes").get("10").asDouble()).isBetween(0.1799, 0.1801);
    assertThat(mae.get("bounded").asBoolean()).isTrue();
  }

  @Test
  void oneLossAsJsonMayBeASum() {
    JsonNode losses = json("losses", "nce + 10*rce", "--json").get("losses");
    assertThat(losses).hasSize(1);
    assertThat(losses.get(0).get("name").isNull()).isTrue();
    assertThat(json("losses", "gce", "--json").get("losses").get(0).get("name").asString())
        .isEqualTo("gce");
  }

  @Test
  void colorsAreUsedOnRequestOnly() {
    assertThat(rote("doctor", "--color", "always").out()).contains("\u001b[");
    // DoctorCommandTest sees what it prints without colors.
    assertThat(rote("doctor", "--color", "sometimes").code()).isEqualTo(2);
  }

  @Test
  void helpNamesACommand() {
    CommandResult help = rote("help", "study");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("rote study").contains("--epochs");
    assertThat(rote("help", "stduy").code()).isEqualTo(2);
  }
}

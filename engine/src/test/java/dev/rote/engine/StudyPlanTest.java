package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.rote.net.Networks;
import dev.rote.study.StudyOptions;
import dev.rote.text.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyPlanTest {
  @TempDir Path temp;

  private StudyPlan plan(String loss) throws Exception {
    return plan(loss, "mlp");
  }

  private StudyPlan plan(String loss, String network) throws Exception {
    Files.writeString(temp.resolve("three.csv"), "1,0,0\n0,1,0\n0,0,1\n");
    String text = loss.replace("THREE", "matrix('" + temp.resolve("three.csv") + "')");
    Path file = temp.resolve("study.yaml");
    Files.writeString(
        file,
        "{dataset: glyphs, subset: 100, network: '%s', epochs: 1, loss: [\"%s\"]}"
            .formatted(network, text));
    return StudyPlan.of(StudyOptions.read(file).study(Networks::protocol), temp.resolve("out"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          backward(cce, symmetric(0.9))                         | no inverse
          mae + 2*backward(cce, symmetric(0.9))                 | no inverse
          epsilon-softmax(backward(cce, symmetric(0.9)), m=1)   | no inverse
          forward(cce, THREE)                                   | 3
          backward(cce, THREE)                                  | 3
          """)
  void aLossThatIsNotForSoManyClassesIsRefusedBeforehand(String loss, String reason)
      throws Exception {
    assertThatThrownBy(() -> plan(loss))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(reason);
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void aRunIsNamedByTheUnitsOfItsNetworkUnlessTheyAreTheUsualOnes() throws Exception {
    assertThat(ids("mlp(hidden=512)")).isEqualTo(ids("mlp"));
    assertThat(ids("mlp( hidden = 16 )"))
        .isEqualTo(ids("mlp(hidden=16)"))
        .doesNotContainAnyElementsOf(ids("mlp"));
  }

  private List<String> ids(String network) throws Exception {
    return plan("cce", network).runs().stream().map(run -> run.record().id()).toList();
  }

  @Test
  void theTimeOfFurtherMeasuresIsPlanned() throws Exception {
    Path file = temp.resolve("measured.yaml");
    Files.writeString(
        file,
        "{dataset: glyphs, subset: 100, network: mlp, epochs: 1, loss: cce, noise: none,"
            + " measure: [critical-samples, loss-sensitivity, susceptibility]}");
    StudyPlan measured =
        StudyPlan.of(StudyOptions.read(file).study(Networks::protocol), temp.resolve("out"));
    assertThat(plan("cce").trained()).isEqualTo(100);
    assertThat(measured.trained()).isEqualTo(100 + 1000 + 100);
  }

  /** A rate of Adam makes SGD a hundred times slower, and that of SGD makes Adam diverge. */
  @ParameterizedTest
  @CsvSource({"small-cnn, sgd, 0.001, adam", "resnet32, adam, 0.1, sgd"})
  void anotherOptimizerNeedsARate(String network, String optimizer, String rate, String own)
      throws Exception {
    Path file = temp.resolve("optimizer.yaml");
    String study = "{dataset: glyphs, network: %s, optimizer: %s%s}";
    Files.writeString(file, study.formatted(network, optimizer, ""));
    StudyOptions without = StudyOptions.read(file);
    assertThatThrownBy(() -> without.study(Networks::protocol))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "optimizer %s needs a learning rate (--learning-rate): that of the protocol, %s, is one for %s"
                .formatted(optimizer, rate, own));
    Files.writeString(file, study.formatted(network, optimizer, ", learning-rate: 0.01"));
    assertThat(StudyOptions.read(file).study(Networks::protocol).protocol().optimizer().rate())
        .isEqualTo(0.01);
    Files.writeString(file, study.formatted(network, own, ""));
    assertThat(StudyOptions.read(file).study(Networks::protocol).protocol().optimizer().rate())
        .isEqualTo(Double.parseDouble(rate));
  }

  /** The collapse of docs/replication.md, and what differs from it in one thing. */
  @ParameterizedTest
  @CsvSource({
    "rll(alpha=0.1), resnet32, , true",
    "normalized(mse), resnet18, 'optimizer: sgd, learning-rate: 0.2, ', true",
    "cce, resnet32, , false",
    "rll(alpha=0.1), resnet32, 'warmup: 1, ', false",
    "rll(alpha=0.1), resnet32, 'loss-rate: {\"rll(alpha=0.1)\": 0.03}, ', false",
    "rll(alpha=0.1), resnet18, , false",
    "rll(alpha=0.1), small-cnn, 'optimizer: sgd, learning-rate: 0.1, ', false"
  })
  void aCollapseThatWasMeasuredIsWarnedOf(
      String loss, String network, String options, boolean warned) throws Exception {
    Path file = temp.resolve("deep.yaml");
    Files.writeString(
        file,
        "{dataset: glyphs, subset: 100, network: '%s', epochs: 1, %sloss: ['%s', focal]}"
            .formatted(network, options == null ? "" : options, loss));
    StudyPlan plan =
        StudyPlan.of(StudyOptions.read(file).study(Networks::protocol), temp.resolve("out"));
    if (warned) {
      assertThat(plan.warnings())
          .singleElement(STRING)
          .startsWith(loss + " may learn nothing at a rate of 0.")
          .contains("2 of 10 classes")
          .contains("--warmup 1");
    } else {
      assertThat(plan.warnings()).isEmpty();
    }
  }

  @Test
  void aLossThatIsForThemIsPlanned() throws Exception {
    assertThat(plan("mae + 2*backward(cce, symmetric(0.8))").runs()).isNotEmpty();
  }
}

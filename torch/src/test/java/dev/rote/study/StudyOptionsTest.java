package dev.rote.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.net.Networks;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.text.InputException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudyOptionsTest {
  @Test
  void nothingStatedIsTheQuickStudy() {
    StudySpec quick = StudyOptions.none().study(Networks::protocol);
    assertThat(quick.data().dataset()).isEqualTo("glyphs");
    assertThat(quick.network()).isEqualTo(new NetworkName("small-cnn"));
    assertThat(quick.grid().losses())
        .extracting(Object::toString)
        .containsExactly("cce", "mse", "normalized(mse)", "rll(alpha=0.1)");
    assertThat(quick.grid().noises())
        .extracting(Object::toString)
        .containsExactly("none", "symmetric(0.4)");
    assertThat(quick.expand()).hasSize(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"paper-mnist-resnet18", "paper-cifar10-resnet32", "paper-cifar10-inception-lite"})
  void paperPresetsAreFourLossesAtFourRatesWithThePapersProtocol(String name) {
    StudySpec paper = Presets.byName(name).study(Networks::protocol);
    assertThat(paper.expand()).hasSize(16);
    assertThat(paper.grid().noises())
        .extracting(Object::toString)
        .containsExactly("none", "symmetric(0.2)", "symmetric(0.4)", "symmetric(0.6)");
    assertThat(paper.protocol()).isEqualTo(Networks.protocol(paper.network()));
    assertThat(paper.protocol().batchSize()).isEqualTo(128);
  }

  @Test
  void thePaperIsThreeStudiesWhichCanBeScaledDown() {
    List<StudySpec> studies =
        Presets.members("paper").stream()
            .map(name -> Presets.byName(name).study(Networks::protocol))
            .toList();
    assertThat(studies)
        .extracting(study -> study.network().toString())
        .containsExactly("inception-lite", "resnet32", "resnet18");
    assertThat(studies)
        .extracting(study -> study.protocol().epochs())
        .containsExactly(100, 200, 200);
    assertThat(studies).extracting(study -> study.scaled(1).expand().size()).containsOnly(16);
    List<StudySpec> fifth = studies.stream().map(study -> study.scaled(0.2)).toList();
    assertThat(fifth).extracting(study -> study.protocol().epochs()).containsExactly(20, 40, 40);
    assertThat(fifth)
        .extracting(study -> study.protocol().schedule().toString())
        .containsExactly("exponential(0.773781)", "steps(0.1, 20, 30)", "constant");
    assertThat(fifth)
        .extracting(study -> study.data().subset().train().orElseThrow())
        .containsExactly(10_000, 10_000, 12_000);
    assertThat(fifth).allMatch(study -> study.data().subset().test().orElseThrow() == 2_000);
    assertThat(StudyOptions.none().study(Networks::protocol).scaled(0.5).data().subset().train())
        .as("half of the subset that is stated")
        .contains(2_000);
    assertThatThrownBy(() -> Presets.byName("paper"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("several studies");
  }

  @ParameterizedTest
  @CsvSource({
    "robust-cifar10, 50000, 120, 1e-4, 120",
    "robust-mnist, 60000, 120, 1e-3, 50",
    "robust-cifar10-small, 3000, 15, 1e-4, 20"
  })
  void robustPresetsHaveTheProtocolOfTheField(
      String name, int images, int runs, double decay, int epochs) {
    StudySpec robust = Presets.byName(name).study(Networks::protocol);
    assertThat(robust.expand()).hasSize(runs);
    assertThat(robust.data().subset().train().orElse(images)).isEqualTo(images);
    assertThat(robust.grid().seeds()).containsExactly(1L, 2L, 3L);
    Protocol protocol = robust.protocol();
    assertThat(protocol.optimizer()).isEqualTo(new Sgd(0.01, 0.9, decay));
    assertThat(protocol.schedule()).isEqualTo(new Schedule(Decay.COSINE, 0));
    assertThat(protocol.epochs()).isEqualTo(epochs);
    assertThat(protocol.batchSize()).isEqualTo(128);
    assertThat(protocol.clip()).contains(5.0);
    assertThat(protocol.augmentation())
        .isEqualTo(name.equals("robust-mnist") ? Augmentation.NONE : new Augmentation(true, 4));
  }

  @Test
  void clippingAndAugmentationOfANetworksProtocolCanBeLeftOut() {
    StudySpec plain =
        StudyOptions.parse("network: cnn8\ndataset: cifar10\nclip: 0\naugmentation: none", "f")
            .study(Networks::protocol);
    assertThat(plain.protocol().clip()).isEmpty();
    assertThat(plain.protocol().augmentation()).isEqualTo(Augmentation.NONE);
  }

  @Test
  void laterOptionsOverrideEarlierOnesFieldByField() {
    StudyOptions file =
        StudyOptions.parse("preset: paper-mnist-resnet18\nepochs: 20\nseed: 7", "f");
    StudyOptions line = StudyOptions.parse("epochs: 3\nloss: mae", "l");
    StudySpec spec = file.overriddenBy(line).study(Networks::protocol);
    assertThat(spec.protocol().epochs()).isEqualTo(3);
    assertThat(spec.grid().seeds()).containsExactly(7L);
    assertThat(spec.grid().losses()).extracting(Object::toString).containsExactly("mae");
    assertThat(spec.network()).isEqualTo(new NetworkName("resnet18"));
  }

  @Test
  void aLossMayHaveItsOwnRate() {
    StudySpec spec =
        StudyOptions.parse(
                "loss: [cce, rll(alpha=0.1)]\nnoise: none\nloss-rate: {rll(alpha=0.1): 0.0005}",
                "f")
            .study(Networks::protocol);
    assertThat(spec.expand())
        .extracting(run -> run.protocol().optimizer().rate())
        .containsExactly(0.001, 0.0005);
  }

  @ParameterizedTest
  @CsvSource({"5, 5", "1..3, 1 2 3", "'[1..2, 7, -2..-1]', 1 2 7 -2 -1", "'\"4..4\"', 4"})
  void seedsAreStatedOneByOneOrAsRanges(String stated, String expected) {
    StudyOptions options = StudyOptions.parse("network: mlp\nseed: " + stated, "f");
    String seeds =
        options.overriddenBy(StudyOptions.none()).study(Networks::protocol).grid().seeds().stream()
            .map(Object::toString)
            .collect(Collectors.joining(" "));
    assertThat(seeds).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "3..1, the first must not be above the last",
    "1..x, neither an integer nor a range",
    "1.5, neither an integer nor a range",
    "0..100000, more than",
    "'[1..3, 2]', seed '2' is given twice"
  })
  void seedsThatAreNoneAreRefused(String stated, String why) {
    assertThatThrownBy(
            () ->
                StudyOptions.parse("network: mlp\nseed: " + stated, "f").study(Networks::protocol))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
  }

  @Test
  void rangesCoverSeedsAndNoOthers() {
    assertThat(SeedRange.covering(new TreeSet<>(List.of(9L, 1L, 2L, 3L, 5L, 6L))))
        .hasToString("[1..3, 5..6, 9]");
  }

  @Test
  void runsOnSubsamplesAllSeeTheSameLabels() {
    StudySpec usual =
        StudyOptions.parse("network: mlp\nsubsample: 0.7", "f").study(Networks::protocol);
    assertThat(usual.data().subset().subsample()).contains(0.7);
    assertThat(usual.grid().noises())
        .extracting(Object::toString)
        .containsExactly("none", "fixed(symmetric(0.4))");
    assertThatThrownBy(
            () ->
                StudyOptions.parse("subsample: 0.7\nnoise: pair(0.2)", "f")
                    .study(Networks::protocol))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("write 'fixed(pair(0.2))'");
    for (String wrong : List.of("0", "1", "-0.5")) {
      assertThatThrownBy(
              () -> StudyOptions.parse("subsample: " + wrong, "f").study(Networks::protocol))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("is outside (0, 1)");
    }
  }

  @Test
  void errorsNameFileLineAndKey() {
    assertThatThrownBy(() -> StudyOptions.parse("dataset: mnist\nepohcs: 3\n", "my.yaml"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("my.yaml line 2")
        .hasMessageContaining("unknown key 'epohcs'; did you mean 'epochs'?");
    assertThatThrownBy(() -> StudyOptions.parse("dataset: mnist\n\nepochs: many\n", "my.yaml"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("my.yaml line 3")
        .hasMessageContaining("epochs");
    assertThatThrownBy(() -> StudyOptions.parse("precision: float16\n", "my.yaml"))
        .hasMessageContaining("unknown precision 'float16'");
    assertThatThrownBy(() -> StudyOptions.parse("dataset: [mnist\n", "my.yaml"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("my.yaml line");
    assertThatThrownBy(() -> StudyOptions.parse(" \n", "my.yaml"))
        .hasMessageContaining("states no keys");
  }

  @Test
  void severalNetworksAreSeveralStudies() {
    StudyOptions two = StudyOptions.parse("network: [mlp(hidden=4), mlp]\nloss: cce", "f");
    assertThat(two.studies(Networks::protocol))
        .extracting(study -> study.network().toString())
        .containsExactly("mlp(hidden=4)", "mlp");
    assertThatThrownBy(() -> two.study(Networks::protocol)).hasMessageContaining("one network");
    assertThat(
            two.overriddenBy(StudyOptions.parse("network: resnet9", "g")).study(Networks::protocol))
        .extracting(StudySpec::network)
        .isEqualTo(new NetworkName("resnet9"));
    assertThat(Presets.byName("lab-capacity").studies(Networks::protocol)).hasSize(6);
  }

  @Test
  void refusesRepeatedAndUnusedValues() {
    assertThatThrownBy(() -> StudyOptions.parse("loss: [cce, cce]", "f").study(Networks::protocol))
        .hasMessageContaining("loss 'cce' is given twice");
    assertThatThrownBy(
            () ->
                StudyOptions.parse("loss: cce\nloss-rate: {mse: 1}", "f").study(Networks::protocol))
        .hasMessageContaining("loss 'mse', which the study does not run");
    assertThatThrownBy(() -> Presets.byName("papr-mnist-resnet18"))
        .hasMessageContaining("did you mean 'paper-mnist-resnet18'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs: 3\\nepochs: 4 | uplicate",
        "loss-rate: {cce:0.1} | needs a space after the colon",
        "loss-rate: {cce: 0.1, cce: 0.2} | uplicate",
        "null | states no keys",
        "~ | states no keys",
        "'# nothing' | states no keys"
      })
  void filesThatSayTwoThingsOrNothingAreRefusedInOneLine(String text, String message) {
    assertThatThrownBy(() -> StudyOptions.parse(text.replace("\\n", "\n"), "s.yaml"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .hasMessageStartingWith("s.yaml")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void deepNestingInAFileIsRefusedInOneLine() {
    String loss = "normalized(".repeat(5000) + "mse" + ")".repeat(5000);
    assertThatThrownBy(() -> StudyOptions.parse("loss: " + loss, "s.yaml"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "s.yaml line 1: key 'loss': a text of 60,003 characters nests more than 50 terms");
  }
}

package dev.rote.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.analysis.PublishedFigure;
import dev.rote.net.Networks;
import dev.rote.study.Presets;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossesTest {
  private static double[] values(Tensor tensor) {
    Tensor plain = tensor.detach().to(ScalarType.Double).contiguous();
    double[] values = new double[(int) plain.numel()];
    new DoublePointer(plain.data_ptr()).get(values);
    return values;
  }

  /**
   * h = (1/6, 1/3, 1/2): logits log 1, log 2, log 3. Values worked out by hand from the formulas.
   */
  @ParameterizedTest
  @CsvSource({
    "cce, 0, 1.791759469228055", // log 6
    "cce, 2, 0.693147180559945", // log 2
    "mse, 0, 1.055555555555556", // 25/36 + 4/36 + 9/36 = 38/36
    "mse, 2, 0.388888888888889", // 1/36 + 4/36 + 9/36 = 14/36
    "mae, 0, 1.666666666666667", // 2 (1 - 1/6)
    "mae, 2, 1",
    "rll(alpha=1), 0, 0.885570091012659", // log 2 - log 7/6 + (log 4/3 + log 3/2)/2
    "rll(alpha=1), 2, 0.508598448591300", // log 2 - log 3/2 + (log 7/6 + log 4/3)/2
    "normalized(mse), 0, 0.487179487179487", // (38/36) / (3*14/36 + 1)
    "normalized(mae), 2, 0.25", // 1 / (2 (K-1))
    "focal(gamma=2), 0, 1.244277409186149", // 25/36 log 6
    "focal(gamma=2), 2, 0.173286795139986", // log 2 / 4
    "gce(q=0.5), 0, 1.183503419072274", // 2 (1 - sqrt(1/6))
    "'truncated-gce(q=0.5, k=0.25)', 0, 1", // 1/6 < 1/4: 2 (1 - 1/2)
    "'truncated-gce(q=0.5, k=0.25)', 2, 0.585786437626905", // 2 (1 - sqrt(1/2))
    "rce, 0, 3.333333333333333", // 4 * 5/6
    "rce(A=-9), 2, 4.5",
    "'sce(alpha=0.1, beta=2, A=-3)', 0, 5.179175946922806", // log 6 / 10 + 6 * 5/6
    "nce, 0, 0.5", // log 6 / (log 6 + log 3 + log 2)
    "nce, 2, 0.193426403617271", // log 2 / log 36
    "nfl(gamma=1), 0, 0.580507901246563", // 5/6 log 6 / (5/6 log 6 + 2/3 log 3 + 1/2 log 2)
    "ngce(q=1), 2, 0.25", // 1/2 / (3 - 1)
    "nrce, 0, 0.416666666666667", // 5/6 / 2
    "'aul(a=2, p=2)', 0, 1.180555555555556", // ((11/6)^2 - 1)/2 = 85/72
    "'aul(a=1.5, p=2)', 2, 0.375", // (1 - 1/4)/2
    "'agce(a=1, q=2)', 0, 1.319444444444444", // (4 - 49/36)/2 = 95/72
    "'agce(a=0.5, q=2)', 2, 0.625", // (9/4 - 1)/2
    "ael(a=0.5), 2, 0.367879441171442", // 1/e
    "amse(a=2), 0, 1.240740740740741", // (14/36 - 4/6 + 4)/3
    "taylor-ce(order=2), 0, 1.180555555555556", // 5/6 + 25/72
    "taylor-ce(order=3), 2, 0.666666666666667", // 1/2 + 1/8 + 1/24
    "label-smoothing(epsilon=0.3), 0, 1.612583522305250", // 0.7 log 6 + 0.1 log 36
    "label-smoothing(epsilon=0.3), 2, 0.843554920237573", // 0.7 log 2 + 0.1 log 36
    "'epsilon-softmax(cce, m=3)', 0, 3.178053830347946", // (1/24, 1/12, 7/8): log 24
    "'epsilon-softmax(cce, m=3)', 2, 0.133531392624523", // log 8/7
    "'logit-bias(mae, bias=0.693147180559945)', 0, 1.428571428571429", // 1:2:3 -> 2:2:3
    "logit-bias(cce), 2, 1.704748092238425", // 1:2:3*2/9 -> 2/3 of 11/3
    "'forward(cce, symmetric(0.5))', 0, 1.232143681292632", // 1/2 * 1/6 + 1/4 * 5/6 = 7/24
    "'backward(cce, symmetric(0.5))', 0, 3.583518938456110", // inverse 4I - J: 4 log 6 - log 36
    "'backward(cce, symmetric(0.5))', 2, -0.810930216216329", // 4 log 2 - log 36
    "nce + 10*rce, 0, 33.833333333333333", // 1/2 + 100/3
    "square, 2, 0.490177397394564", // (log 3 - 1)² + log² 2
    "'square(k=2, M=3)', 0, 19.687401974730783", // 2·9 + log² 2 + log² 3
    "squentropy, 0, 2.635460456593447", // log 6 + (log² 2 + log² 3)/2
    "'normalized(agce(a=1, q=2))', 0, 0.399159663865546", // 95/(95 + 80 + 63)
  })
  void valuesByHand(String text, int label, double expected) {
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = Tensor.create(new double[] {0, Math.log(2), Math.log(3)}).view(1, 3);
      Tensor loss = Losses.parse(text).perSample(logits, Tensor.create(new long[] {label}));
      assertThat(values(loss)).hasSize(1);
      assertThat(values(loss)[0]).isCloseTo(expected, within(1e-12));
    }
  }

  @Test
  void publishedFiguresAndPresetsNameLossesInCanonicalForm() {
    assertThat(PublishedFigure.all()).hasSize(30);
    for (PublishedFigure figure : PublishedFigure.all()) {
      assertThat(Losses.of(figure.loss()).spec()).isEqualTo(figure.loss());
    }
    Presets.NAMES.stream()
        .map(Presets::members)
        .flatMap(List::stream)
        .flatMap(preset -> Presets.byName(preset).studies(Networks::protocol).stream())
        .flatMap(study -> study.grid().losses().stream())
        .forEach(loss -> assertThat(Losses.of(loss).spec()).isEqualTo(loss));
  }

  @Test
  void robustLogLossPullsAsItsAlphaSays() {
    for (double alpha : new double[] {0.01, 0.1, 1, 10}) {
      try (PointerScope scope = new PointerScope()) {
        Tensor logits = Tensor.create(new double[10]).view(1, 10).clone().set_requires_grad(true);
        new RobustLogLoss(alpha).perSample(logits, Tensor.create(new long[] {4})).sum().backward();
        assertThat(values(logits.grad())[4]).isCloseTo(-1 / (1 + alpha * 10), within(1e-12));
      }
    }
  }

  @Test
  void textsAreReadAndPrintedInCanonicalForm() {
    assertThat(Losses.parse(" rll( 0.10 )").spec()).hasToString("rll(alpha=0.1)");
    assertThat(Losses.parse("rll").spec()).hasToString("rll(alpha=0.1)");
    assertThat(Losses.parse("normalized( mse )").spec()).hasToString("normalized(mse)");
    for (String text : new String[] {"cce", "mse", "mae", "rll(alpha=0.01)", "normalized(mae)"}) {
      assertThat(Losses.parse(text).spec()).hasToString(text);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rrl(alpha=1)|did you mean 'rll'?",
        "rll(alpha=0)|alpha 0.0 is outside (0, inf)",
        "rll(alpha=nan)|alpha NaN is outside",
        "rll(beta=1)|unknown argument 'beta'",
        "cce(1)|no unnamed",
        "normalized(cce)|cce is not bounded",
        "normalized|normalized needs loss",
        "normalized(focal(gamma=0.5))|write nfl(gamma=0.5) (column 1",
        "normalized(backward(mae, symmetric(0.2)))|backward can be negative",
        "nce + 10*rcee|unknown loss 'rcee'; did you mean 'rce'? (column 10 of",
        "nce + 0*rce|weight 0.0 is outside (0, inf) (column 9 of",
        "nce + gce(q=1.5)|gce: q 1.5 is outside (0, 1] (column 13 of",
        "epsilon-softmax(gce(q=2), m=3)|gce: q 2.0 is outside (0, 1] (column 23 of",
        "taylor-ce(order=1.5)|order 1.5 is not an integer",
        "taylor-ce(order=1000)|order 1000.0 is outside [1, 100]",
        "rll(0.1, 0.2)|at most 1 unnamed argument, not 2 (column 10 of",
        "sce(alpha=0.1, 1)|alpha is given twice, with its name and by its place (column 16 of",
        "nce + focal(gama=1)|did you mean 'gamma'? known: gamma (column 13 of",
        "NCE|did you mean 'nce'?",
        "normalized(2*mae)|column 13: parentheses cannot hold a sum",
        "focal(gamma=101)|gamma 101.0 is outside [0, 100]",
        "gce(q=1e-40)|q 1.0E-40 is outside [1e-12, 1e12], the range that float32 can compute with (column 7"
            + " of",
        "rce(A=-1e30)|A -1.0E30 is outside [1e-12, 1e12]",
        "nce + 1e40*rce|weight 1.0E40 is outside [1e-12, 1e12]",
        "agce(a=10, q=100)|agce: values up to 1.37",
        "aul(a=1.1, p=1000)|exceed the range of float32",
        "ael(a=0.001)|a 0.001 is outside [0.02, inf)",
        "js(pi=1e-9)|pi 1.0E-9 is outside [0.000001, 1)",
        "normalized(logit-bias(mae, bias=11))|cannot be normalized with a bias above 10",
        "truncated-gce(k=1)|k 1.0 is outside [0, 1)",
        "aul(a=1)|a 1.0 is outside (1, inf)",
        "forward(cce)|forward needs one noise",
        "forward(cce, symmetric(0.4), matrix=x.csv)|forward needs one noise",
        "forward(cce, matrix=/no/such/file.csv)|/no/such/file.csv does not exist",
        "forward(cce, labels(x.npy))|no",
        "forward(cce, symmetric(1.4))|1.4",
        "class(com.example.NoSuchLoss)|no class com.example.NoSuchLoss on the class path; name its"
            + " jar or directory in ROTE_CLASSPATH",
        "com.example.NoSuchLoss|no class com.example.NoSuchLoss",
        "class(java.lang.String)|class java.lang.String does not implement dev.rote.loss.Loss",
        "class(dev.rote.loss.Loss)|is abstract or has no constructor of 0 numbers"
      })
  void errorsSayWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> Losses.parse(text))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  /** A loss of a user's own: cross-entropy to a power. */
  public static final class PowerOfCrossEntropy implements Loss {
    private final double power;

    public PowerOfCrossEntropy(double power) {
      this.power = power;
    }

    @Override
    public Tensor perSample(Tensor logits, Tensor labels) {
      return new CategoricalCrossEntropy().perSample(logits, labels).pow(new Scalar(power));
    }
  }

  @Test
  void aClassOfOnesOwnIsALossLikeAnyOther() {
    String name = PowerOfCrossEntropy.class.getName();
    Loss loss = Losses.parse("2*class('" + name + "', 2.0) + mae");
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = Tensor.create(new double[] {0, Math.log(2), Math.log(3)}).view(1, 3);
      assertThat(loss.perSample(logits, Tensor.create(new long[] {2})).item_double())
          .isCloseTo(2 * Math.log(2) * Math.log(2) + 1, within(1e-12));
      assertThat(values(Losses.parse("class('" + name + "', 2)").perLabel(logits)))
          .containsExactly(
              new double[] {
                Math.pow(Math.log(6), 2), Math.pow(Math.log(3), 2), Math.pow(Math.log(2), 2)
              },
              within(1e-12));
    }
    assertThat(loss.bounded()).isFalse();
    assertThat(loss.fingerprint()).matches("2\\*class\\(.*, 2, sha256:[0-9a-f]{64}\\) \\+ mae");
  }

  @Test
  void aMatrixFileCountsByItsContent(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("t.csv");
    Files.writeString(file, "0.9,0.1,0\n0,0.8,0.2\n0.3,0,0.7\n");
    Loss loss = Losses.parse("forward(cce, matrix=" + file + ")");
    assertThat(loss.spec()).hasToString("forward(cce, matrix(" + file + "))");
    assertThat(Losses.of(loss.spec()).spec()).isEqualTo(loss.spec());
    assertThat(loss.fingerprint()).contains("sha256:").doesNotContain("t.csv");
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = Tensor.create(new double[] {0, Math.log(2), Math.log(3)}).view(1, 3);
      // 0.9/6 + 0.3/2 = 0.3
      assertThat(loss.perSample(logits, Tensor.create(new long[] {0})).item_double())
          .isCloseTo(-Math.log(0.3), within(1e-12));
      assertThatThrownBy(
              () ->
                  loss.perSample(
                      Tensor.create(new double[] {0, 1}).view(1, 2), Tensor.create(new long[] {0})))
          .hasMessageContaining("3 rows, but the data has 2 classes");
    }
  }

  @Test
  void theJavadocOfEveryLossSaysWhatOneNeedsToKnow() throws IOException {
    Path sources = Path.of("src", "main", "java", "dev", "rote", "loss");
    try (Stream<Path> files = Files.list(sources)) {
      List<Path> losses =
          files.filter(file -> text(file).matches("(?s).*implements \\w*Loss\\b.*")).toList();
      assertThat(losses).hasSizeGreaterThan(20);
      for (Path loss : losses) {
        if (loss.endsWith("UserLoss.java")) {
          continue; // what a user wrote, whatever that says
        }
        String source = text(loss);
        String javadoc =
            source
                .substring(source.indexOf("/**"), source.indexOf("*/"))
                .replaceAll("\\s*\\n \\* ?", " ");
        assertThat(javadoc).as(loss.toString()).contains("{@code [N,K]}", "{@code [N]}");
        assertThat(javadoc).as(loss.toString()).containsIgnoringCase("symmetric");
        assertThat(javadoc)
            .as(loss.toString())
            .containsPattern("et al\\.|Patel and|Zhang and|Englesson");
      }
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void everyKindHasItsFactsAndIsDocumentedByItsOwnName() {
    for (LossKind kind : Losses.kinds()) {
      assertThat(Losses.parse(kind.example()).spec().toString()).startsWith(kind.name());
      assertThat(kind.definition().title()).isNotBlank();
      assertThat(kind.definition().formula()).isNotBlank();
      assertThat(kind.definition().source()).matches(".*(19|20)\\d\\d.*");
      assertThat(kind.definition().bounds()).isNotBlank();
    }
    assertThat(Losses.NAMES).doesNotHaveDuplicates();
  }

  /** h_y = k exactly: the loss is constant there, so that there is no gradient. */
  @Test
  void truncationBeginsAtTheThresholdItself() {
    Loss loss = Losses.parse("truncated-gce(q=0.7, k=0.5)");
    for (ScalarType type : new ScalarType[] {ScalarType.Double, ScalarType.Float}) {
      try (PointerScope scope = new PointerScope()) {
        double[] equal = {0, 0, 1, 0};
        Tensor logits = Tensor.create(equal).view(2, 2).to(type).set_requires_grad(true);
        loss.perSample(logits, Tensor.create(new long[] {0, 0})).sum().backward();
        double[] gradient = values(logits.grad());
        assertThat(gradient[0]).isZero();
        assertThat(gradient[1]).isZero();
        assertThat(gradient[2]).isNegative();
      }
    }
  }
}

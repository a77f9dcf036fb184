package dev.rote.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.random.RandomStreams;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoublePredicate;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every loss. A new kind of loss is tested by its example without further ado. */
class LossLawsTest {
  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** The example of every kind, and parameters near the ends of their ranges. */
  static Stream<String> texts() {
    return Stream.concat(
        Losses.kinds().stream().map(LossKind::example),
        Stream.of(
            "rll(alpha=0.01)",
            "rll(alpha=10)",
            "normalized(mae)",
            "normalized(rll(alpha=0.1))",
            "normalized(js)",
            "normalized(amse(a=2))",
            "focal(gamma=0)",
            "focal(gamma=0.5)",
            "gce(q=0.05)",
            "gce(q=1)",
            "truncated-gce(q=1, k=0)",
            "truncated-gce(q=0.3, k=0.01)",
            "nfl(gamma=3)",
            "ngce(q=0.1)",
            "aul(a=1.0001, p=0.1)",
            "aul(a=1.5, p=1)",
            "aul(a=100, p=2)",
            "agce(a=0.00001, q=0.5)",
            "agce(a=6, q=1.5)",
            "agce(a=1000, q=1)",
            "ael(a=0.1)",
            "ael(a=1000)",
            "amse(a=1)",
            "taylor-ce(order=1)",
            "taylor-ce(order=20)",
            "js(pi=0.01)",
            "js(pi=0.99)",
            "label-smoothing(epsilon=0)",
            "label-smoothing(epsilon=1)",
            "epsilon-softmax(focal(gamma=0.5), m=1)",
            "epsilon-softmax(mae, m=0)",
            "logit-bias(mse, bias=-2)",
            "logit-bias(rll, bias=0)",
            "forward(mse, uniform(0.3))",
            "forward(rll, pair(0.3))",
            "forward(gce(q=0.5), none)",
            "backward(mae, symmetric(0.3))",
            "backward(rll, uniform(0.3))",
            "backward(normalized(mse), pair(0.2))",
            "nce + rce(A=-9.21)",
            "0.01*epsilon-softmax(cce, m=100000) + 5*mae",
            "square(k=15, M=30)",
            "2.5*mae"));
  }

  /**
   * Parameters at which float32 goes no further, or nearly: too curved for finite differences, and
   * where each alone would do but both together hardly do.
   */
  static Stream<String> ends() {
    return Stream.of(
        "focal(gamma=100)",
        "nfl(gamma=100)",
        "ael(a=0.02)",
        "normalized(ael(a=0.02))",
        "js(pi=0.000001)",
        "js(pi=0.999999999999)",
        "normalized(logit-bias(mae, bias=10))",
        "rll(alpha=1e-12)",
        "rll(alpha=1e12)",
        "gce(q=1e-12)",
        "ngce(q=1e-12)",
        "agce(a=1e-12, q=1e-12)",
        "agce(a=0.001, q=700)",
        "agce(a=1e12, q=2)",
        "aul(a=1.000001, p=1000)",
        "aul(a=11, p=28)",
        "amse(a=1e12)",
        "epsilon-softmax(mae, m=1e12)",
        "sce(alpha=1e12, beta=1e-12, A=-1e12)",
        "normalized(taylor-ce(order=100))",
        "forward(cce, pair(1))",
        "backward(cce, symmetric(0.4999))");
  }

  private static double[] random(int count, double spread) {
    UniformRandomProvider random = RandomStreams.stream(11, "logits");
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = spread * (2 * random.nextDouble() - 1);
    }
    return values;
  }

  private static double[] values(Tensor tensor) {
    Tensor plain = tensor.detach().to(ScalarType.Double).contiguous();
    double[] values = new double[(int) plain.numel()];
    new DoublePointer(plain.data_ptr()).get(values);
    return values;
  }

  private static Tensor logits(double[] values, int classes) {
    return Tensor.create(values).view(-1, classes).clone();
  }

  private static Tensor labels(int count, int classes) {
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (3L * i + 1) % classes;
    }
    return Tensor.create(labels);
  }

  private static Tensor constant(int count, long label) {
    long[] labels = new long[count];
    Arrays.fill(labels, label);
    return Tensor.create(labels);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void printsWhatItIsReadFrom(String text) {
    String printed = Losses.parse(text).spec().toString();
    assertThat(Losses.parse(printed).spec()).hasToString(printed);
    assertThat(Losses.parse(printed)).hasSameClassAs(Losses.parse(text));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void gradientsAgreeWithFiniteDifferences(String text) {
    Loss loss = Losses.parse(text);
    int classes = 5;
    double[] at = random(4 * classes, 3);
    Tensor y = labels(4, classes);
    double step = 1e-6;
    Tensor logits = logits(at, classes).set_requires_grad(true);
    Tensor sum = loss.perSample(logits, y).sum();
    sum.backward();
    // what rounding of the values makes of a difference divided by 2e-6
    double rounding = 1e-8 * Math.max(1, Math.abs(sum.item_double()) / 10);
    double[] gradient = values(logits.grad());
    for (int i = 0; i < at.length; i++) {
      try (PointerScope inner = new PointerScope()) {
        double[] up = at.clone();
        double[] down = at.clone();
        up[i] += step;
        down[i] -= step;
        double difference =
            loss.perSample(logits(up, classes), y).sum().item_double()
                - loss.perSample(logits(down, classes), y).sum().item_double();
        assertThat(gradient[i])
            .as("entry %d", i)
            .isCloseTo(difference / (2 * step), within(rounding + 1e-7 * Math.abs(gradient[i])));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void sumOverLabelsIsConstantForSymmetricLossesOnly(String text) {
    Loss loss = Losses.parse(text);
    int classes = 7;
    int count = 40;
    Tensor logits = logits(random(count * classes, 10), classes);
    double[] perLabel = values(loss.perLabel(logits));
    double[] stated = values(loss.sumOverLabels(logits));
    double[] sum = new double[count];
    for (int label = 0; label < classes; label++) {
      double[] one = values(loss.perSample(logits, constant(count, label)));
      for (int i = 0; i < count; i++) {
        assertThat(perLabel[i * classes + label]).isCloseTo(one[i], within(1e-9));
        sum[i] += one[i];
      }
    }
    for (int i = 0; i < count; i++) {
      assertThat(stated[i]).isCloseTo(sum[i], within(1e-8 * Math.max(1, Math.abs(sum[i]))));
    }
    OptionalDouble constant = loss.symmetryConstant(classes);
    double spread = Arrays.stream(sum).max().orElseThrow() - Arrays.stream(sum).min().orElseThrow();
    if (constant.isPresent()) {
      assertThat(spread).isLessThan(1e-8);
      assertThat(sum[0]).isCloseTo(constant.getAsDouble(), within(1e-8));
    } else {
      assertThat(spread).isGreaterThan(1e-7);
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void doesNotDependOnTheOrderOfClassesNorOnTheLevelOfLogits(String text) {
    Loss loss = Losses.parse(text);
    int classes = 6;
    int count = 12;
    double[] at = random(count * classes, 5);
    double[] expected = values(loss.perSample(logits(at, classes), labels(count, classes)));
    double[] raised = Arrays.stream(at).map(z -> z + 3).toArray();
    double[] shifted = values(loss.perSample(logits(raised, classes), labels(count, classes)));
    if (text.startsWith("squ")) { // these act on the logits themselves
      assertThat(shifted[0]).isNotCloseTo(expected[0], within(1e-3));
    } else {
      assertThat(shifted).containsExactly(expected, within(1e-9));
    }
    if (text.contains("pair")) {
      return; // the noise itself depends on the order
    }
    int[] to = {4, 0, 5, 1, 3, 2};
    double[] moved = new double[at.length];
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < classes; k++) {
        moved[i * classes + to[k]] = at[i * classes + k];
      }
      labels[i] = to[(3 * i + 1) % classes];
    }
    assertThat(values(loss.perSample(logits(moved, classes), Tensor.create(labels))))
        .containsExactly(expected, within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void isBoundedWhereItSaysSo(String text) {
    Loss loss = Losses.parse(text);
    double near = wrongBy(loss, 60);
    double far = wrongBy(loss, 600);
    if (loss.bounded()) {
      assertThat(far).isCloseTo(near, within(0.06 * Math.max(1, Math.abs(near))));
    } else {
      assertThat(Math.abs(far)).isGreaterThan(1.5 * Math.abs(near));
    }
  }

  /** Loss where another class leads by so many logits. */
  private static double wrongBy(Loss loss, double lead) {
    return loss.perSample(logits(new double[] {0, lead, 0, 0}, 4), constant(1, 0)).item_double();
  }

  @ParameterizedTest
  @MethodSource({"texts", "ends"})
  void staysFiniteInFloat32AndFromBf16ForLogitsOf100(String text) {
    Loss loss = Losses.parse(text);
    for (int classes : new int[] {2, 10, 1000}) {
      for (String kind : List.of("random", "extreme", "certain", "wrong", "equal")) {
        try (PointerScope inner = new PointerScope()) {
          double[] at = extreme(kind, 8, classes);
          for (ScalarType precision : List.of(ScalarType.Float, ScalarType.BFloat16)) {
            Tensor logits = logits(at, classes).to(precision).set_requires_grad(true);
            // the trainer casts what a network gives under autocast to float32
            Tensor values = loss.perSample(logits.to(ScalarType.Float), labels(8, classes));
            assertThat(values.element_size()).isEqualTo(4);
            values.sum().backward();
            String at100 = kind + ", K=" + classes + ", " + precision;
            double least = text.contains("backward") ? Double.NEGATIVE_INFINITY : -1e-5;
            assertNone(at100, values(values), value -> !Double.isFinite(value) || value < least);
            assertNone("gradient, " + at100, values(logits.grad()), v -> !Double.isFinite(v));
          }
        }
      }
    }
  }

  /** One assertion for millions of values, since each takes microseconds. */
  private static void assertNone(String what, double[] values, DoublePredicate fault) {
    assertThat(Arrays.stream(values).filter(fault).toArray()).as(what).isEmpty();
  }

  private static double[] extreme(String kind, int count, int classes) {
    double[] at = random(count * classes, 100);
    for (int i = 0; i < at.length; i++) {
      boolean labelled = i % classes == (3 * (i / classes) + 1) % classes;
      at[i] =
          switch (kind) {
            case "extreme" -> Math.signum(at[i]) * 100;
            case "certain" -> labelled ? 100 : -100;
            case "wrong" -> labelled ? -100 : 100;
            case "equal" -> 100;
            default -> at[i];
          };
    }
    return at;
  }

  /** The limits that the losses' remarks state: both texts give the same values. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "focal(gamma=0)|cce|1e-12",
        "gce(q=0.0000001)|cce|1e-5",
        "gce(q=1)|0.5*mae|1e-12",
        "truncated-gce(q=0.7, k=0)|gce(q=0.7)|1e-12",
        "rce(A=-2)|mae|1e-12",
        "rce(A=-7)|3.5*mae|1e-12",
        "sce(alpha=1e-12, beta=2, A=-4)|2*rce(A=-4)|1e-10",
        "sce(alpha=0.3, beta=1e-12, A=-4)|0.3*cce|1e-10",
        // (1 − h)²/2 is the second term of Taylor's series, whose first is 1 − h
        "aul(a=1.000000001, p=2) + 0.5*mae|taylor-ce(order=2)|1e-8",
        "sce(alpha=0.3, beta=2, A=-4)|0.3*cce + 2*rce|1e-12",
        "nfl(gamma=0)|nce|1e-12",
        "ngce(q=0.0000001)|nce|1e-6",
        "ngce(q=1)|nrce|1e-12",
        "normalized(rce(A=-7))|normalized(mae)|1e-12",
        "agce(a=0.000000001, q=0.7)|gce(q=0.7)|1e-4",
        "agce(a=3, q=1)|0.5*mae|1e-12",
        "agce(a=0.3, q=1)|0.5*mae|1e-12",
        "aul(a=4, p=1)|0.5*mae|1e-12",
        "aul(a=1.3, p=1)|0.5*mae|1e-12",
        "amse(a=1)|0.16666666666666666*mse|1e-12",
        "taylor-ce(order=1)|0.5*mae|1e-12",
        "js(pi=0.000001)|cce|1e-3",
        "js(pi=0.9999999999999999)|0.5*mae|0.04",
        "label-smoothing(epsilon=0)|cce|1e-12",
        "epsilon-softmax(cce, m=0)|cce|1e-12",
        "logit-bias(mae, bias=0)|mae|1e-12",
        "forward(cce, symmetric(0))|cce|1e-12",
        "backward(cce, symmetric(0))|cce|1e-12",
        "forward(mae, uniform(0.4))|0.6*mae + 0.4*label-mean|1e-12"
      })
  void limitsOfParameters(String text, String limit, double tolerance) {
    int classes = 6;
    Tensor logits = logits(random(20 * classes, 4), classes);
    Tensor y = labels(20, classes);
    double[] expected =
        limit.contains("label-mean")
            ? values(
                Losses.parse("0.6*mae")
                    .perSample(logits, y)
                    .add(new Scalar(0.4 * 2 * (1 - 1.0 / classes))))
            : values(Losses.parse(limit).perSample(logits, y));
    assertThat(values(Losses.parse(text).perSample(logits, y)))
        .containsExactly(expected, within(tolerance));
  }

  /** Wang et al. 2024, eq. 3.1; MSE is the squared distance. */
  @Test
  void epsilonSoftmaxLiesWithinEpsilonOfAOneHotVector() {
    int classes = 7;
    int count = 30;
    double[] random = random(count * classes, 5);
    Arrays.fill(random, 0, classes, 0.3); // uniform, where the bound is reached
    Tensor logits = logits(random, classes);
    for (double m : new double[] {0, 0.5, 20}) {
      double[] all = values(Losses.parse("epsilon-softmax(mse, m=" + m + ")").perLabel(logits));
      double bound = Math.sqrt(1 - 1.0 / classes) / (m + 1);
      for (int i = 0; i < count; i++) {
        double nearest =
            Arrays.stream(all, i * classes, (i + 1) * classes).map(Math::sqrt).min().orElseThrow();
        assertThat(nearest).isLessThanOrEqualTo(bound + 1e-12);
        if (i == 0) {
          assertThat(nearest).isCloseTo(bound, within(1e-12));
        }
      }
    }
  }

  /** Limits that are not losses of their own, in closed form. */
  @Test
  void limitsInClosedForm() {
    int classes = 6;
    int count = 20;
    Tensor logits = logits(random(count * classes, 4), classes);
    Tensor y = labels(count, classes);
    double[] all = values(new CategoricalCrossEntropy().perLabel(logits));
    double[] rll = values(Losses.parse("rll(alpha=1e-12)").perSample(logits, y));
    double[] aul = values(Losses.parse("aul(a=1.5, p=1e-9)").perSample(logits, y));
    double[] agce = values(Losses.parse("agce(a=1.5, q=1e-9)").perSample(logits, y));
    double[] smooth = values(Losses.parse("label-smoothing(epsilon=1)").perSample(logits, y));
    double[] sharp = values(Losses.parse("epsilon-softmax(cce, m=1e12)").perSample(logits, y));
    double[] up = values(Losses.parse("logit-bias(mse, bias=800)").perSample(logits, y));
    double[] down = values(Losses.parse("logit-bias(mae, bias=-800)").perSample(logits, y));
    double[] same = values(Losses.parse("forward(cce, uniform(1))").perSample(logits, y));
    int leading = 0;
    for (int i = 0; i < count; i++) {
      double[] cce = Arrays.copyOfRange(all, i * classes, (i + 1) * classes);
      double own = cce[(3 * i + 1) % classes];
      double sum = Arrays.stream(cce).sum();
      double h = Math.exp(-own);
      assertThat(rll[i] - Math.log1p(1e12))
          .isCloseTo(own - (sum - own) / (classes - 1), within(1e-6));
      assertThat(aul[i]).isCloseTo(Math.log((1.5 - h) / 0.5), within(1e-6));
      assertThat(agce[i]).isCloseTo(Math.log(2.5 / (1.5 + h)), within(1e-6));
      assertThat(smooth[i]).isCloseTo(sum / classes, within(1e-12));
      boolean leads = own == Arrays.stream(cce).min().orElseThrow();
      leading += leads ? 1 : 0;
      assertThat(sharp[i]).isCloseTo(leads ? 0 : own + Math.log1p(1e12), within(1e-9));
      assertThat(up[i]).isCloseTo(0, within(1e-12));
      assertThat(down[i]).isCloseTo(2, within(1e-12));
      assertThat(same[i]).isCloseTo(Math.log(classes), within(1e-12));
    }
    assertThat(leading).isBetween(1, count - 1);
  }

  /** Towards the ends of γ and a only the least likely classes are left. */
  @Test
  void limitsThatForgetWhatIsLikely() {
    Tensor logits = logits(new double[] {0, Math.log(3), Math.log(6)}, 3); // 0.1, 0.3, 0.6
    for (int label = 0; label < 3; label++) {
      Tensor y = constant(1, label);
      assertThat(Losses.parse("focal(gamma=100)").perSample(logits, y).item_double())
          .isLessThan(1e-4); // 0.9^100 · log 10
      assertThat(Losses.parse("nfl(gamma=100)").perSample(logits, y).item_double())
          .isCloseTo(label == 0 ? 1 : 0, within(1e-9)); // (0.7/0.9)^100 = 1e-11
      assertThat(Losses.parse("ael(a=0.02)").perSample(logits, y).item_double())
          .isLessThan(0.01); // exp(−5)
    }
  }

  @Test
  void whatIsTruncatedHasNoGradient() {
    // h_y = 0.1 and 0.6, on either side of k
    for (int label : new int[] {0, 2}) {
      Tensor logits = logits(new double[] {0, Math.log(3), Math.log(6)}, 3).set_requires_grad(true);
      Losses.parse("truncated-gce(k=0.5)").perSample(logits, constant(1, label)).sum().backward();
      double length = Arrays.stream(values(logits.grad())).map(Math::abs).sum();
      if (label == 0) {
        assertThat(length).isZero();
      } else {
        assertThat(length).isGreaterThan(0.1);
      }
    }
  }

  /** α·rll, a·(ael − 1) + 1 and K·(amse − a²/K)/a + 2 go to multiples of mae. */
  @Test
  void someBecomeTheAbsoluteErrorUpToScaleAndOffset() {
    int classes = 6;
    Tensor logits = logits(random(20 * classes, 4), classes);
    Tensor y = labels(20, classes);
    double[] mae = values(Losses.parse("mae").perSample(logits, y));
    double large = 1e6;
    double[] rll = values(Losses.parse("rll(alpha=1000000)").perSample(logits, y));
    double[] ael = values(Losses.parse("ael(a=1000000)").perSample(logits, y));
    double[] amse = values(Losses.parse("amse(a=1000000)").perSample(logits, y));
    for (int i = 0; i < mae.length; i++) {
      assertThat(large * rll[i]).isCloseTo(mae[i] / 2 * 6 / 5, within(1e-5));
      assertThat(large * (ael[i] - 1) + 1).isCloseTo(mae[i] / 2, within(1e-5));
      assertThat(classes * (amse[i] - large * large / classes) / large + 2)
          .isCloseTo(mae[i], within(1e-3));
    }
  }

  @Test
  void taylorSeriesConvergesToCrossEntropy() {
    // |1 − h| = 1/2: what is left after 60 terms is below 2⁻⁶⁰
    Tensor logits = logits(new double[] {0, 0}, 2);
    assertThat(Losses.parse("taylor-ce(order=60)").perSample(logits, constant(1, 0)).item_double())
        .isCloseTo(Math.log(2), within(1e-12));
  }

  /** The definition: entropy of the mixture less the mixture of entropies. */
  @Test
  void jensenShannonIsThatOfLabelAndSoftmax() {
    double[] h = {0.1, 0.2, 0.3, 0.4};
    double pi = 0.3;
    Tensor logits = logits(Arrays.stream(h).map(Math::log).toArray(), 4);
    for (int y = 0; y < 4; y++) {
      double mixture = 0;
      double ofSoftmax = 0;
      for (int i = 0; i < 4; i++) {
        double m = (i == y ? pi : 0) + (1 - pi) * h[i];
        mixture -= m * Math.log(m);
        ofSoftmax -= h[i] * Math.log(h[i]);
      }
      double divergence = mixture - (1 - pi) * ofSoftmax;
      assertThat(new JensenShannonLoss(pi).perSample(logits, constant(1, y)).item_double())
          .isCloseTo(divergence / (-(1 - pi) * Math.log(1 - pi)), within(1e-12));
    }
  }

  /** Σ_y T_iy L←(h,y) = L(h,i), and forward with the true T is right about the observed label. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"symmetric(0.4)", "uniform(0.7)", "pair(0.3)"})
  void backwardCorrectionIsUnbiased(String noise) {
    int classes = 5;
    double[][] t = dev.rote.noise.LabelNoise.parse(noise).transitionMatrix(classes);
    Tensor logits = logits(random(classes, 3), classes);
    double[] plain = values(new CategoricalCrossEntropy().perLabel(logits));
    double[] corrected = values(Losses.parse("backward(cce, " + noise + ")").perLabel(logits));
    double[] forward = values(Losses.parse("forward(cce, " + noise + ")").perLabel(logits));
    for (int i = 0; i < classes; i++) {
      double expected = 0;
      double observed = 0;
      for (int y = 0; y < classes; y++) {
        expected += t[i][y] * corrected[y];
        observed += t[y][i] * Math.exp(-plain[y]);
      }
      assertThat(expected).isCloseTo(plain[i], within(1e-10));
      assertThat(forward[i]).isCloseTo(-Math.log(observed), within(1e-10));
    }
  }
}

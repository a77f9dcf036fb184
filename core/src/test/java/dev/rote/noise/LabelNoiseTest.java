package dev.rote.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.ImageShape;
import dev.rote.data.LabelFile;
import dev.rote.data.LabelledImages;
import dev.rote.format.Npy;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelNoiseTest {
  private static final int N = 20_000;
  private static final int K = 10;
  private static final int[] ORIGINAL = IntStream.range(0, N).map(i -> i % K).toArray();
  private static final long[] IDS = LongStream.range(0, N).toArray();

  @TempDir private Path directory;

  private static NoiseDraw draw(String noise, long seed) {
    return LabelNoise.parse(noise).draw(ORIGINAL, IDS, K, seed);
  }

  /** Five standard deviations of a share of {@code n} Bernoulli draws. */
  private static double bound(double p, int n) {
    return 5 * Math.sqrt(p * (1 - p) / n) + 1e-12;
  }

  @Test
  void noneKeepsEveryLabel() {
    NoiseDraw draw = draw("none", 1);
    assertThat(draw.observed()).isEqualTo(ORIGINAL).isNotSameAs(ORIGINAL);
    assertThat(draw.realizedRate()).isZero();
    for (int k = 0; k < K; k++) {
      for (int j = 0; j < K; j++) {
        assertThat(draw.realizedMatrix()[k][j]).isEqualTo(k == j ? 1 : 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.2, 0.4, 0.6, 0.95})
  void symmetricAltersTheStatedShareAndSpreadsItEvenly(double rate) {
    NoiseDraw draw = draw("symmetric(" + rate + ")", 3);
    assertThat(draw.realizedRate()).isCloseTo(rate, within(bound(rate, N)));
    for (int k = 0; k < K; k++) {
      for (int j = 0; j < K; j++) {
        double expected = k == j ? 1 - rate : rate / (K - 1);
        assertThat(draw.realizedMatrix()[k][j]).isCloseTo(expected, within(bound(expected, N / K)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"symmetric(1), 1", "symmetric(0), 0", "pair(1), 1", "pair(0), 0", "uniform(0), 0"})
  void ratesZeroAndOneAreExact(String noise, double rate) {
    assertThat(draw(noise, 4).realizedRate()).isEqualTo(rate);
  }

  @Test
  void fixedNoiseIsThatOfOneSeedInEveryRun() {
    int[] ofSeedOne = draw("symmetric(0.4)", 1).observed();
    assertThat(draw("fixed(symmetric(0.4))", 7).observed()).isEqualTo(ofSeedOne);
    assertThat(draw("fixed(symmetric(0.4))", 8).observed()).isEqualTo(ofSeedOne);
    assertThat(draw("fixed(symmetric(0.4), seed=5)", 7).observed())
        .isEqualTo(draw("symmetric(0.4)", 5).observed())
        .isNotEqualTo(ofSeedOne);
    LabelNoise fixed = LabelNoise.parse("fixed(noise=symmetric(0.4, exact), seed=1)");
    assertThat(fixed).hasToString("fixed(symmetric(0.4, exact))");
    assertThat(fixed.symmetricRate()).hasValue(0.4);
    assertThat(fixed.sameAtEverySeed()).isTrue();
    assertThat(LabelNoise.parse("symmetric(0.4)").sameAtEverySeed()).isFalse();
    assertThat(LabelNoise.parse("none").sameAtEverySeed()).isTrue();
    assertThat(LabelNoise.parse("fixed(symmetric(0.4), seed=5)"))
        .isEqualTo(LabelNoise.parse("fixed( symmetric(0.40) , seed=5 )"));
    for (String wrong :
        List.of("fixed", "fixed(none, 3)", "fixed(fixed(none))", "fixed(none, seed=x)")) {
      assertThatThrownBy(() -> LabelNoise.parse(wrong)).isInstanceOf(InputException.class);
    }
  }

  @Test
  void symmetricWithTwoClassesSwapsThem() {
    int[] original = {0, 1, 1, 0};
    int[] observed =
        LabelNoise.parse("symmetric(1)").draw(original, new long[] {0, 1, 2, 3}, 2, 9).observed();
    assertThat(observed).containsExactly(1, 0, 0, 1);
  }

  @Test
  void uniformKeepsTheOriginalAmongTheDrawnLabels() {
    NoiseDraw all = draw("uniform(1)", 5);
    assertThat(all.realizedRate()).isCloseTo(0.9, within(bound(0.9, N)));
    NoiseDraw half = draw("uniform(0.5)", 5);
    assertThat(half.realizedRate()).isCloseTo(0.45, within(bound(0.45, N)));
    assertThat(half.realizedMatrix()[7][7]).isCloseTo(0.55, within(bound(0.55, N / K)));
  }

  @Test
  void pairMovesToTheNextClassOnly() {
    NoiseDraw draw = draw("pair(0.3)", 6);
    assertThat(draw.realizedRate()).isCloseTo(0.3, within(bound(0.3, N)));
    for (int i = 0; i < N; i++) {
      assertThat(draw.observed()[i]).isIn(ORIGINAL[i], (ORIGINAL[i] + 1) % K);
    }
    assertThat(draw.realizedMatrix()[9][0]).isCloseTo(0.3, within(bound(0.3, N / K)));
  }

  @Test
  void exactAltersTheRoundedCountOfEachClass() {
    // 100 of class 0, 7 of class 1, 1 of class 2, none of class 3
    int[] original = new int[108];
    Arrays.fill(original, 100, 107, 1);
    original[107] = 2;
    long[] ids = LongStream.range(0, 108).toArray();
    NoiseDraw draw = LabelNoise.parse("symmetric(0.145, exact)").draw(original, ids, 4, 2);
    int[] altered = new int[4];
    for (int i = 0; i < original.length; i++) {
      altered[original[i]] += draw.observed()[i] == original[i] ? 0 : 1;
    }
    // 14.5 and 1.015 and 0.145, rounded half up
    assertThat(altered).containsExactly(15, 1, 0, 0);
    assertThat(draw.realizedRate()).isEqualTo(16 / 108.0);
    assertThat(draw.realizedMatrix()[3]).containsOnly(0);
    assertThat(draw("symmetric(0.4, exact)", 8).realizedRate()).isEqualTo(0.4);
    assertThat(draw("symmetric(1, exact)", 8).realizedRate()).isEqualTo(1);
  }

  @Test
  void exactChoosesOtherSamplesAtOtherSeedsAndSpreadsLabelsEvenly() {
    NoiseDraw draw = draw("symmetric(0.4, exact)", 8);
    assertThat(draw.observed()).isNotEqualTo(draw("symmetric(0.4, exact)", 9).observed());
    double expected = 0.4 / (K - 1);
    for (int j = 1; j < K; j++) {
      assertThat(draw.realizedMatrix()[0][j]).isCloseTo(expected, within(bound(expected, N / K)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symmetric(0.4)", "symmetric(0.4, exact)", "uniform(0.4)", "pair(0.4)"})
  void aSeedDecidesTheDraw(String noise) {
    assertThat(draw(noise, 11).observed()).isEqualTo(draw(noise, 11).observed());
    assertThat(draw(noise, 11).observed()).isNotEqualTo(draw(noise, 12).observed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"symmetric", "uniform", "pair"})
  void whatIsAlteredAtOneRateIsAlteredAlikeAtAHigherOne(String noise) {
    int[] low = draw(noise + "(0.2)", 13).observed();
    int[] high = draw(noise + "(0.6)", 13).observed();
    for (int i = 0; i < N; i++) {
      if (low[i] != ORIGINAL[i]) {
        assertThat(high[i]).isEqualTo(low[i]);
      }
    }
  }

  @Test
  void samplesAreAlteredIndependentlyOfTheirNeighbours() {
    int[] observed = draw("symmetric(0.5)", 14).observed();
    int both = 0;
    for (int i = 0; i + 1 < N; i += 2) {
      both += observed[i] != ORIGINAL[i] && observed[i + 1] != ORIGINAL[i + 1] ? 1 : 0;
    }
    assertThat(both / (N / 2.0)).isCloseTo(0.25, within(bound(0.25, N / 2)));
  }

  @Test
  void matrixDrawsFromTheRowOfTheOriginalLabel() throws IOException {
    Path file = directory.resolve("my matrix.csv");
    Files.writeString(file, "0.7, 0.3, 0\n0,1,0\n\n0.25,0.25,0.5\n");
    LabelNoise noise = LabelNoise.parse("matrix('" + file + "')");
    int[] original = IntStream.range(0, 9000).map(i -> i % 3).toArray();
    NoiseDraw draw = noise.draw(original, LongStream.range(0, 9000).toArray(), 3, 1);
    double[][] expected = {{0.7, 0.3, 0}, {0, 1, 0}, {0.25, 0.25, 0.5}};
    for (int k = 0; k < 3; k++) {
      for (int j = 0; j < 3; j++) {
        assertThat(draw.realizedMatrix()[k][j])
            .isCloseTo(expected[k][j], within(bound(expected[k][j], 3000)));
      }
    }
    assertThat(LabelNoise.parse(noise.toString()).fingerprint()).isEqualTo(noise.fingerprint());
    assertThatThrownBy(() -> noise.draw(ORIGINAL, IDS, K, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has 3 rows, but the data has 10 classes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "1                     | has 1 rows",
        "0.5,0.5;0.5,0.4       | row 2 sums to 0.9",
        "0.5,0.5;1             | not square",
        "0.5,0.5,0;0.5,0.5,0   | not square",
        "1.5,-0.5;0,1          | outside [0, 1]",
        "NaN,1;0,1             | outside [0, 1]",
        "x,1;0,1               | 'x' in row 1, column 1 is not a number",
        "\"\"                  | has 0 rows"
      })
  void badMatricesAreRefused(String rows, String message) throws IOException {
    Path file = directory.resolve("matrix.csv");
    Files.writeString(file, rows.replace(';', '\n'));
    assertThatThrownBy(() -> LabelNoise.parse("matrix(" + file + ")"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void givenLabelsAreReadFromNpyAndCsvAlike() throws IOException {
    int[] original = {0, 1, 2, 0};
    long[] ids = {0, 1, 2, 3};
    Path wide = directory.resolve("wide.npy");
    Npy.write(wide, new long[] {2, 1, 2, 1});
    Path narrow = directory.resolve("narrow.npy");
    Npy.write(narrow, new byte[] {2, 1, 2, 1});
    Path bare = directory.resolve("bare.csv");
    Files.writeString(bare, "2\n1\n2\n1\n");
    Path headed = directory.resolve("headed.csv");
    Files.writeString(headed, "\uFEFFname,label\r\na,2\r\nb,1\r\nc,2\r\nd,1\r\n");
    for (Path file : List.of(wide, narrow, bare, headed)) {
      NoiseDraw draw = LabelNoise.parse("labels(" + file + ")").draw(original, ids, 3, 1);
      assertThat(draw.observed()).as(file.toString()).containsExactly(2, 1, 2, 1);
      assertThat(draw.realizedRate()).isEqualTo(0.5);
      assertThat(draw.realizedMatrix()[0]).containsExactly(0, 0.5, 0.5);
    }
  }

  @Test
  void givenLabelsOfTheWholeSourceAreTakenBySampleId() throws IOException {
    Path file = directory.resolve("all.npy");
    Npy.write(file, new int[] {0, 1, 2, 3, 4, 5});
    LabelNoise noise = LabelNoise.parse("labels(" + file + ")");
    assertThat(noise.draw(new int[] {0, 0}, new long[] {5, 2}, 6, 1).observed())
        .containsExactly(5, 2);
    assertThatThrownBy(() -> noise.draw(new int[] {0, 0}, new long[] {1, 6}, 6, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has 6 labels")
        .hasMessageContaining("2 samples");
    assertThatThrownBy(() -> noise.draw(new int[] {0, 0}, new long[] {1, 4}, 4, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("label 4 at position 4 is none of the 4 classes");
  }

  @Test
  void badLabelFilesAreRefused() throws IOException {
    Path floats = directory.resolve("floats.npy");
    Npy.write(floats, new float[] {1, 0.5f});
    Path flat = directory.resolve("matrix.npy");
    Npy.write(flat, new int[] {1, 0, 1, 0}, 2, 2);
    Path columns = directory.resolve("columns.csv");
    Files.writeString(columns, "0,1\n1,1\n");
    Path truncated = directory.resolve("truncated.npy");
    Npy.write(truncated, new int[100]);
    Files.write(truncated, Arrays.copyOf(Files.readAllBytes(truncated), 200));
    Path binary = directory.resolve("binary.csv");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    refused(floats, "whole numbers are needed");
    refused(flat, "[2, 2]");
    refused(columns, "none is named 'label'");
    refused(truncated, "truncated");
    refused(binary, "not UTF-8");
    refused(directory.resolve("missing.npy"), "does not exist");
  }

  private static LabelledImages images(List<String> classes, int[] labels, String... paths) {
    return new LabelledImages(
        ImageShape.square(1, 1),
        classes,
        new byte[labels.length],
        labels,
        Optional.empty(),
        LongStream.range(0, labels.length).toArray(),
        paths.length == 0 ? Optional.empty() : Optional.of(List.of(paths)));
  }

  private NoiseDraw given(String csv, LabelledImages images) throws IOException {
    Path file = Files.writeString(directory.resolve("given.csv"), csv);
    return LabelNoise.parse("labels(" + file + ")").draw(images, 1);
  }

  /** As pandas 3.0 writes them: with an index, and of one-hot labels. */
  @Test
  void labelsThatDoNotFollowTheSamplesAreRefused() throws IOException {
    Path file = directory.resolve("pandas.csv");
    Files.writeString(file, ",label\n0,b\n1,a\n2,b\n");
    assertThat(LabelFile.read(file).values()).containsExactly("b", "a", "b");
    Files.writeString(file, ",label\n2,b\n0,b\n1,a\n");
    refused(
        file, "row 2 has '2' in the column without a name, where the order of the samples has 0");
    Files.writeString(file, "cat,dog\n1,0\n0,1\n");
    refused(file, "audited with --multi-label");
    Files.writeString(file, "\"path\";\"label\"\n\"a.png\";\"cat\"\n");
    refused(file, "has semicolons between its values; save it with commas");
    Files.write(file, "label\ncat\n".getBytes(StandardCharsets.UTF_16LE));
    refused(file, "seems to be UTF-16, not UTF-8 text; save it as UTF-8");
    Files.write(file, "label\ncat\n".getBytes(StandardCharsets.UTF_16));
    refused(file, "seems to be UTF-16, not UTF-8 text; save it as UTF-8");
  }

  @Test
  void labelsAreMatchedByIdOrPath() throws IOException {
    LabelledImages images = images(List.of("cat", "dog"), new int[] {0, 1, 1}, "a.png", "b", "c");
    assertThat(given("id,label\n2,cat\n1,dog\n0,dog\n", images).observed())
        .containsExactly(1, 1, 0);
    assertThat(given("label,path\ndog,c\ncat,a.png\ncat,b\n", images).observed())
        .containsExactly(0, 0, 1);
    assertThatThrownBy(() -> given("id,label\n2,cat\n1,dog\n3,dog\n", images))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no label for the sample with the id 0");
    assertThatThrownBy(() -> given("path,label\nc,cat\nc,dog\na.png,dog\n", images))
        .hasMessageContaining("two labels for the path c");
    assertThatThrownBy(() -> given("id,label\nx1,cat\nx2,dog\nx3,dog\n", images))
        .hasMessageContaining("id 'x1' is not a sample id");
    LabelledImages withoutPaths = images(List.of("cat", "dog"), new int[] {0, 1});
    assertThatThrownBy(() -> given("path,label\na,cat\nb,dog\n", withoutPaths))
        .hasMessageContaining("have no paths");
  }

  @Test
  void labelsAreNamesOfClassesOrElseTheirPositions() throws IOException {
    LabelledImages sparse = images(List.of("7", "40"), new int[] {0, 1, 0});
    assertThat(given("7\n7\n40\n", sparse).observed()).containsExactly(0, 0, 1);
    assertThat(given("0\n1\n1\n", sparse).observed()).containsExactly(0, 1, 1);
    assertThatThrownBy(() -> given("7\n2\n40\n", sparse))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("label 7 at position 0 is none of the 2 classes");
    LabelledImages named = images(List.of("cat", "dog"), new int[] {0, 1, 0});
    assertThat(given("dog\ncat\ncat\n", named).observed()).containsExactly(1, 0, 0);
    Path floats = directory.resolve("floats.npy");
    Npy.write(floats, new double[] {1, 0, 1}, 3, 1);
    assertThat(LabelNoise.parse("labels(" + floats + ")").draw(named, 1).observed())
        .containsExactly(1, 0, 1);
  }

  private static void refused(Path file, String message) {
    assertThatThrownBy(() -> LabelNoise.parse("labels(" + file + ")"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file.getFileName().toString());
  }

  @Test
  void fingerprintFollowsTheContentOfAFileAndNotItsPath() throws IOException {
    Path one = Files.writeString(directory.resolve("one.csv"), "1\n0\n");
    Path same = Files.writeString(directory.resolve("same.csv"), "1\n0\n");
    Path other = Files.writeString(directory.resolve("other.csv"), "0\n0\n");
    String fingerprint = LabelNoise.parse("labels(" + one + ")").fingerprint();
    assertThat(LabelNoise.parse("labels(" + same + ")").fingerprint()).isEqualTo(fingerprint);
    assertThat(LabelNoise.parse("labels(" + other + ")").fingerprint()).isNotEqualTo(fingerprint);
    // sha256sum of the four bytes "1\n0\n"
    assertThat(fingerprint)
        .isEqualTo(
            "labels(sha256:5d90ef7fc0d040fd56a1e48697cfa99e0dfaf4fd803aefefc3b5053ec1d36aea)");
    assertThat(LabelNoise.parse("symmetric(0.4)").fingerprint()).isEqualTo("symmetric(0.4)");
  }

  @Test
  void noneKeepsTheObservedLabelsOfASourceThatHasBoth() {
    LabelledImages images =
        new LabelledImages(
            ImageShape.square(1, 1),
            List.of("a", "b"),
            new byte[3],
            new int[] {0, 1, 1},
            Optional.of(new int[] {0, 0, 1}),
            new long[] {0, 1, 2},
            Optional.empty());
    NoiseDraw kept = LabelNoise.parse("none").draw(images, 1);
    assertThat(kept.observed()).containsExactly(0, 1, 1);
    assertThat(kept.realizedRate()).isEqualTo(1.0 / 3);
    assertThat(LabelNoise.parse("symmetric(1)").draw(images, 1).observed())
        .containsExactly(1, 1, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "symmetric( 0.40 )      | symmetric(0.4)",
        "symmetric(rate=0.4)    | symmetric(0.4)",
        "symmetric(4e-1,exact)  | symmetric(0.4, exact)",
        "symmetric(rate=0.4, exact) | symmetric(0.4, exact)",
        "uniform(1.0)           | uniform(1)",
        "pair(.25)              | pair(0.25)",
        "none                   | none"
      })
  void specIsCanonical(String text, String spec) {
    assertThat(LabelNoise.parse(text)).hasToString(spec);
    assertThat(LabelNoise.parse(spec)).isEqualTo(LabelNoise.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "symmetric(1.2)       | noise rate 1.2 is outside [0, 1]",
        "symmetric(-0.1)      | noise rate -0.1 is outside [0, 1]",
        "symmetric(NaN)       | noise rate NaN is outside [0, 1]",
        "uniform(nan)         | noise rate NaN is outside [0, 1]",
        "pair(inf)            | noise rate Infinity is outside [0, 1]",
        "symmetric(0.4, exactly) | takes 'exact' after the rate, not 'exactly'",
        "symmetric(0.4, rate=0.4) | takes 'exact'",
        "symmetric            | needs rate",
        "pair(0.4, exact)     | at most 1",
        "none(0.4)            | none takes no",
        "symetric(0.4)        | did you mean 'symmetric'?",
        "matrix               | needs file",
        "matrix(/nowhere.csv) | does not exist"
      })
  void badTextIsRefused(String text, String message) {
    assertThatThrownBy(() -> LabelNoise.parse(text))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "symmetric(0.4)", "symmetric(0, exact)", "uniform(1)", "pair(1)"})
  void oneClassIsRefused(String noise) {
    assertThatThrownBy(() -> LabelNoise.parse(noise).draw(new int[] {0}, new long[] {0}, 1, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("label noise needs at least 2 classes, not 1");
  }

  @Test
  void manyClassesHaveNoMatrix() {
    int[] original = IntStream.range(0, 65_536).toArray();
    long[] ids = LongStream.range(0, 65_536).toArray();
    NoiseDraw draw = LabelNoise.parse("symmetric(0.5)").draw(original, ids, 65_536, 1);
    assertThat(draw.realizedMatrix()).isEmpty();
    assertThat(draw.realizedRate()).isCloseTo(0.5, within(bound(0.5, 65_536)));
  }
}

package dev.rote.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rote.analysis.Evidence;
import dev.rote.claim.Claims;
import dev.rote.claim.Thresholds;
import dev.rote.net.Networks;
import dev.rote.run.TheoryFile;
import dev.rote.study.StudyOptions;
import dev.rote.theory.StudyTheory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the NPY and CSV files of a finished study with code of its own, and holds every number that
 * Rote reports against them.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RecomputationTest {
  private static final String NOISE = "symmetric(0.4)";
  private static final String RLL = "rll(alpha=0.1)";
  private static final String NMSE = "normalized(mse)";

  /** Student's t with two degrees of freedom at 0.975, from tables. */
  private static final double T2 = 4.302652729911275;

  /** epochs.csv has nine significant digits. */
  private static final Offset<Double> DIGITS = within(2e-8);

  @TempDir static Path temp;

  /** A run, from its arrays alone. */
  private static final class Run {
    String loss;
    String noise;
    int seed;
    double rate;
    double[] j1;
    double[] j2;
  }

  private static double[] npy(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int start = 10 + bytes.getShort(8);
    byte[] text = new byte[start - 10];
    bytes.get(10, text);
    String header = new String(text, StandardCharsets.US_ASCII);
    int size = header.contains("'|u1'") || header.contains("'<u1'") ? 1 : 4;
    assertThat(header).containsPattern(size == 1 ? "'.u1'" : "'<i4'");
    double[] values = new double[(bytes.capacity() - start) / size];
    for (int i = 0; i < values.length; i++) {
      values[i] = size == 1 ? bytes.get(start + i) & 255 : bytes.getInt(start + 4 * i);
    }
    Matcher shape = Pattern.compile("\\((\\d+), ?(\\d*)").matcher(header);
    assertThat(shape.find()).isTrue();
    int rows = Integer.parseInt(shape.group(1));
    int columns = shape.group(2).isEmpty() ? 1 : Integer.parseInt(shape.group(2));
    assertThat(values).hasSize(rows * columns);
    return values;
  }

  /** Cells by column; a quoted cell may hold commas. */
  private static List<Map<String, String>> csv(Path file) throws IOException {
    List<String[]> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      rows.add(line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1));
    }
    List<Map<String, String>> cells = new ArrayList<>();
    for (String[] row : rows.subList(1, rows.size())) {
      Map<String, String> byColumn = new HashMap<>();
      for (int i = 0; i < row.length; i++) {
        byColumn.put(rows.get(0)[i], row[i].replace("\"", ""));
      }
      cells.add(byColumn);
    }
    return cells;
  }

  private static double cell(Map<String, String> row, String column) {
    return row.get(column).isEmpty() ? Double.NaN : Double.parseDouble(row.get(column));
  }

  private static Path study() throws Exception {
    Path yaml =
        Files.writeString(
            temp.resolve("study.yaml"),
            """
            {dataset: glyphs, subset: 200, test-subset: 50, network: mlp(hidden=64), epochs: 12,
             batch-size: 32, noise: [none, symmetric(0.4)], seed: [1, 2, 3],
             loss: [cce, mse, rll(alpha=0.1), normalized(mse)]}
            """);
    Path out = temp.resolve("out");
    StudyResult result =
        Study.run(
            StudyOptions.none().overriddenBy(StudyOptions.read(yaml)).study(Networks::protocol),
            out,
            new StudyListener() {});
    assertThat(result.missing()).isEmpty();
    return out;
  }

  @Test
  void everyNumberFollowsFromTheArrays() throws Exception {
    Path out = study();
    Map<String, Map<Integer, Run>> groups = new LinkedHashMap<>();
    List<Map<String, String>> summary = csv(out.resolve("summary.csv"));
    assertThat(summary).hasSize(24);
    for (Map<String, String> row : summary) {
      Run run = recompute(out.resolve("runs").resolve(row.get("id")), row);
      run.loss = row.get("loss");
      run.noise = row.get("noise");
      run.seed = Integer.parseInt(row.get("seed"));
      if (row.get("fitted").equals("true")) {
        groups.computeIfAbsent(run.loss + " " + run.noise, g -> new HashMap<>()).put(run.seed, run);
      }
    }
    Claims.write(
        out.resolve("claims.json"),
        Claims.of(Evidence.read(List.of(out)), List.of(), Thresholds.DEFAULT));
    checkClaims(new JsonMapper().readTree(Files.readString(out.resolve("claims.json"))), groups);
    for (int number = 1; number <= 2; number++) {
      checkMemorizing(number, number == 1 ? "cifar10" : "mnist", out, groups);
    }
    StudyTheory theory =
        StudyTheory.of(
            out,
            new StudyTheory.Options(List.of(), List.of(), Optional.empty()),
            (network, networks, run, epoch) -> {});
    TheoryFile.writeOwn(out, theory.own());
    Claims.write(
        out.resolve("claims.json"),
        Claims.of(
            Evidence.read(List.of(out)), TheoryFile.readOwn(List.of(out)), Thresholds.DEFAULT));
    checkTheorem(
        new JsonMapper().readTree(Files.readString(out.resolve("claims.json"))).get(6),
        csv(out.resolve("theory.csv")));
  }

  /**
   * Computes the theorem's line for every network and loss, with the constants that the formulas of
   * the losses give, and compares claim 7.
   */
  private static void checkTheorem(JsonNode claim, List<Map<String, String>> points) {
    // Sums over 10 labels: RLL has 10·log((1+α)/α), normalized MSE has 1.
    Map<String, Double> constants = Map.of(RLL, 10 * Math.log(11), NMSE, 1.0);
    // All networks are evaluated at η = 0.4: those without noise at the study's largest rate.
    double share = 0.4 / 9;
    double slope = 1 - 0.4 * 10 / 9;
    assertThat(points).hasSize(24 * 4);
    Map<String, Double> worst = new HashMap<>();
    Map<String, Double> fitted = new HashMap<>();
    for (Map<String, String> point : points) {
      String loss = point.get("loss");
      double risk = cell(point, "risk");
      double line = cell(point, "predicted");
      assertThat(risk).isPositive();
      if (constants.containsKey(loss)) {
        assertThat(line).isEqualTo(constants.get(loss) * share + slope * risk, within(1e-10));
      } else {
        // A loss that is not symmetric has one constant for all networks, the best one.
        double constant = (line - slope * risk) / share;
        assertThat(fitted.merge(loss, constant, (first, next) -> first))
            .isEqualTo(constant, within(1e-9 * constant));
      }
      double off = cell(point, "noisy_risk") - line;
      assertThat(cell(point, "deviation")).isEqualTo(off, within(1e-12));
      worst.merge(loss, Math.abs(off), Math::max);
    }
    assertThat(fitted).containsOnlyKeys("cce", "mse");
    assertThat(claim.get("figures").size()).isEqualTo(4);
    for (JsonNode figure : claim.get("figures")) {
      String loss = figure.get("loss").asString();
      assertThat(figure.get("value").get("seeds").asInt()).isEqualTo(24);
      assertThat(figure.get("value").get("mean").asDouble())
          .isEqualTo(worst.get(loss), within(1e-12));
      assertThat(constants.containsKey(loss)).isEqualTo(worst.get(loss) <= 1e-9);
      assertThat(figure.get("answer").asString()).isEqualTo("holds");
    }
    assertThat(claim.get("verdict").asString()).isEqualTo("holds");
  }

  private static String crc(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  /** Claims 1 and 2 are about data sets: the same runs under the name of another. */
  private static void checkMemorizing(
      int number, String dataset, Path out, Map<String, Map<Integer, Run>> groups)
      throws IOException {
    Path renamed = temp.resolve(dataset);
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.toList()) {
        Path copy = renamed.resolve(out.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    try (Stream<Path> runs = Files.list(renamed.resolve("runs"))) {
      for (Path run : runs.toList()) {
        Path record = run.resolve("run.json");
        String before = Files.readString(record);
        // As long as before.
        String name = "\"dataset\" : \"glyphs\"";
        String other = "\"dataset\":\"" + dataset + "\"";
        String after = before.replace(name, other + " ".repeat(name.length() - other.length()));
        assertThat(after).isNotEqualTo(before);
        Files.writeString(record, after);
        Path state = run.resolve("state.json");
        Files.writeString(state, Files.readString(state).replace(crc(before), crc(after)));
      }
    }
    Claims.write(
        renamed.resolve("claims.json"),
        Claims.of(Evidence.read(List.of(renamed)), List.of(), Thresholds.DEFAULT));
    JsonNode claim =
        new JsonMapper().readTree(Files.readString(renamed.resolve("claims.json"))).get(number - 1);
    List<String> answers = new ArrayList<>();
    for (JsonNode figure : claim.get("figures")) {
      String loss = figure.get("loss").asString();
      String noise = figure.get("noise").asString();
      assertThat(figure.get("quantity").asString()).isEqualTo("J1");
      assertThat(loss).isIn("cce", "mse");
      Map<Integer, Run> group = groups.get(loss + " " + noise);
      double rate = group.values().stream().mapToDouble(run -> run.rate).average().orElseThrow();
      double least = number == 1 ? 0.95 : loss.equals("cce") ? 0.9 : 1 - rate / 2;
      assertThat(number == 1 || noise.equals(NOISE)).isTrue();
      answers.add(check(figure, curves(group, run -> run.j1), least, Double.POSITIVE_INFINITY, 0));
    }
    assertThat(answers).hasSizeBetween(1, 2 * (3 - number));
    String verdict = claim.get("verdict").asString();
    if (answers.contains("does not hold")) {
      assertThat(verdict).isEqualTo("does not hold");
    } else if (verdict.equals("holds")) {
      assertThat(answers).containsOnly("holds");
    } else {
      assertThat(answers.contains("not enough evidence") || answers.contains("still changing"))
          .as("%s of %s", verdict, answers)
          .isTrue();
    }
  }

  /** Computes J1 and J2 of every epoch, and compares what the two CSV files say. */
  private static Run recompute(Path directory, Map<String, String> summary) throws IOException {
    double[] observed = npy(directory.resolve("observed.npy"));
    double[] original = npy(directory.resolve("original.npy"));
    double[] predicted = npy(directory.resolve("predictions.npy"));
    List<Map<String, String>> epochs = csv(directory.resolve("epochs.csv"));
    int n = observed.length;
    assertThat(n).isEqualTo(200);
    assertThat(predicted).hasSize(n * 12);
    assertThat(epochs).hasSize(12);
    Run run = new Run();
    run.j1 = new double[12];
    run.j2 = new double[12];
    double altered = 0;
    for (int i = 0; i < n; i++) {
      altered += observed[i] == original[i] ? 0 : 1;
    }
    run.rate = altered / n;
    int flip = 0;
    for (int e = 0; e < 12; e++) {
      double memorized = 0;
      double corrected = 0;
      for (int i = 0; i < n; i++) {
        double p = predicted[e * n + i];
        run.j1[e] += p == observed[i] ? 1.0 / n : 0;
        run.j2[e] += p == original[i] ? 1.0 / n : 0;
        memorized += p == observed[i] && observed[i] != original[i] ? 1 : 0;
        corrected += p == original[i] && observed[i] != original[i] ? 1 : 0;
      }
      Map<String, String> row = epochs.get(e);
      assertThat(cell(row, "epoch")).isEqualTo(e + 1);
      assertThat(cell(row, "j1")).isEqualTo(run.j1[e], DIGITS);
      assertThat(cell(row, "j2")).isEqualTo(run.j2[e], DIGITS);
      if (altered > 0) {
        assertThat(cell(row, "memorized")).isEqualTo(memorized / altered, DIGITS);
        assertThat(cell(row, "corrected")).isEqualTo(corrected / altered, DIGITS);
        assertThat(cell(row, "other")).isEqualTo(1 - (memorized + corrected) / altered, DIGITS);
      } else {
        assertThat(row.get("memorized") + row.get("corrected") + row.get("other")).isEmpty();
      }
      // Shares of n are multiples of 1/n, so that a difference of rounding is not a lead.
      boolean leads = run.j1[e] > run.j2[e] + 0.5 / n;
      flip = leads ? (flip == 0 ? e + 1 : flip) : 0;
    }
    assertThat(summary.get("flip_epoch")).isEqualTo(flip == 0 ? "" : Integer.toString(flip));
    assertThat(cell(summary, "j1")).isEqualTo(run.j1[11], DIGITS);
    assertThat(cell(summary, "j2")).isEqualTo(run.j2[11], DIGITS);
    return run;
  }

  /** A quantity after every epoch, for each seed. */
  private static List<double[]> curves(Map<Integer, Run> group, Function<Run, double[]> quantity) {
    List<double[]> curves = new ArrayList<>();
    group.values().forEach(run -> curves.add(quantity.apply(run)));
    return curves;
  }

  private static double[] minus(double[] a, double[] b) {
    double[] difference = a.clone();
    for (int i = 0; i < a.length; i++) {
      difference[i] -= b[i];
    }
    return difference;
  }

  private static double[] gap(Run run) {
    double[] gap = run.j1.clone();
    for (int i = 0; i < gap.length; i++) {
      gap[i] -= 1 - run.rate;
    }
    return gap;
  }

  private static void checkClaims(JsonNode claims, Map<String, Map<Integer, Run>> groups) {
    assertThat(claims.size()).isEqualTo(7);
    for (int number : new int[] {1, 2, 7}) {
      // Neither CIFAR-10 nor MNIST, and no theory.csv yet.
      assertThat(claims.get(number - 1).get("verdict").asString()).isEqualTo("not enough evidence");
    }
    int figures = 0;
    for (int number = 3; number <= 6; number++) {
      List<String> answers = new ArrayList<>();
      for (JsonNode figure : claims.get(number - 1).get("figures")) {
        String loss = figure.get("loss").asString();
        String subject = number + " " + figure.get("quantity").asString() + " " + loss;
        assertThat(figure.get("noise").asString()).isEqualTo(NOISE);
        Map<Integer, Run> group = groups.get(loss + " " + NOISE);
        double infinity = Double.POSITIVE_INFINITY;
        String answer =
            switch (subject) {
              case "3 J1 − (1−η) " + RLL, "6 J1 − (1−η) " + NMSE ->
                  check(figure, curves(group, RecomputationTest::gap), -0.05, 0.05);
              case "4 J1 − J2 cce", "4 J1 − J2 mse" ->
                  check(figure, curves(group, r -> minus(r.j1, r.j2)), 1e-12, infinity);
              case "4 J1 − J2 " + RLL ->
                  check(figure, curves(group, r -> minus(r.j1, r.j2)), -infinity, -1e-12);
              case "5 accuracy at η = 0 minus J2 " + RLL ->
                  check(figure, differences(groups.get(RLL + " none"), group), -0.1, 0.1);
              case "6 difference of J2 " + NMSE + " − " + RLL ->
                  check(
                      figure,
                      differences(groups.get(NMSE + " " + NOISE), groups.get(RLL + " " + NOISE)),
                      -0.05,
                      0.05);
              default -> throw new AssertionError("unexpected figure: " + subject);
            };
        answers.add(answer);
        figures++;
      }
      String verdict = claims.get(number - 1).get("verdict").asString();
      if (answers.contains("does not hold")) {
        assertThat(verdict).isEqualTo("does not hold");
      } else if (answers.contains("not enough evidence")) {
        assertThat(verdict).isEqualTo("not enough evidence");
      } else if (answers.contains("still changing")) {
        assertThat(verdict).isIn("still changing", "not enough evidence");
      } else if (verdict.equals("holds")) {
        assertThat(answers).containsOnly("holds").isNotEmpty();
      }
    }
    assertThat(figures).as("some runs fitted").isGreaterThanOrEqualTo(3);
  }

  /** J2 of the same seeds, subtracted; at η = 0, J1 and J2 are the same. */
  private static List<double[]> differences(Map<Integer, Run> a, Map<Integer, Run> b) {
    List<double[]> differences = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      if (a.containsKey(seed) && b.containsKey(seed)) {
        differences.add(minus(a.get(seed).j2, b.get(seed).j2));
      }
    }
    return differences;
  }

  /** Compares mean, interval and answer of a figure; returns the answer. */
  private static String check(JsonNode figure, List<double[]> curves, double low, double high) {
    return check(figure, curves, low, high, -1);
  }

  /** Compares a quantity that is never below {@code floor}. */
  private static String check(
      JsonNode figure, List<double[]> curves, double low, double high, double floor) {
    int n = curves.size();
    double mean = curves.stream().mapToDouble(c -> c[11] / n).sum();
    JsonNode value = figure.get("value");
    assertThat(value.get("seeds").asInt()).isEqualTo(n);
    assertThat(value.get("mean").asDouble()).isEqualTo(mean, DIGITS);
    String answer = figure.get("answer").asString();
    if (n < 3) {
      assertThat(answer).isEqualTo("not enough evidence");
      return answer;
    }
    double squares = curves.stream().mapToDouble(c -> (c[11] - mean) * (c[11] - mean)).sum();
    double half = T2 * Math.sqrt(squares / 2) / Math.sqrt(3);
    double from = Math.max(floor, mean - half);
    double to = Math.min(1, mean + half);
    assertThat(value.get("low").asDouble()).isEqualTo(from, within(1e-6));
    assertThat(value.get("high").asDouble()).isEqualTo(to, within(1e-6));
    boolean inside = from >= low && to <= high;
    boolean outside = from > high || to < low;
    // Twelve epochs: the last fifth is epochs 11 and 12, the fifth before 9 and 10.
    boolean moves =
        curves.stream()
            .mapToDouble(c -> (c[11] + c[10] - c[9] - c[8]) / 2)
            .filter(change -> Math.abs(change) > 0.03)
            .anyMatch(
                change ->
                    inside && (change > 0 ? Double.isFinite(high) : Double.isFinite(low))
                        || outside && (change > 0 ? to < low : from > high));
    assertThat(answer)
        .isEqualTo(
            !inside && !outside
                ? "not enough evidence"
                : moves ? "still changing" : inside ? "holds" : "does not hold");
    return answer;
  }
}

package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.data.NumberTable;
import dev.rote.data.RealData;
import dev.rote.format.Npy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Cross-validated predictions of ordinary networks, on labels whose errors are known. */
class RealPredictionsTest {
  private static final List<String> NAMES =
      List.of(
          "cross-entropy-symmetric",
          "human-aggregate-resnet18",
          "human-aggregate-twins",
          "human-worst-resnet18",
          "human-worst-twins",
          "synthetic-resnet18");

  private record Known(HeldOut heldOut, boolean[] wrong) {
    static Known read(Path directory, String name) throws IOException {
      NumberTable table = NumberTable.read(directory.resolve(name + ".probabilities.npy"));
      HeldOut heldOut =
          new HeldOut(
              table.rows(),
              Npy.read(directory.resolve(name + ".labels.npy")).toInts(),
              IntStream.range(0, table.width()).mapToObj(Integer::toString).toList());
      int[] wrong = Npy.read(directory.resolve(name + ".wrong.npy")).toInts();
      boolean[] flags = new boolean[wrong.length];
      IntStream.range(0, wrong.length).forEach(i -> flags[i] = wrong[i] != 0);
      return new Known(heldOut, flags);
    }

    double rate() {
      return IntStream.range(0, wrong.length).filter(i -> wrong[i]).count() / (double) wrong.length;
    }

    /** Average precision of an order by decreasing doubt. */
    double averagePrecision(ToDoubleFunction<Integer> doubt) {
      int[] order =
          IntStream.range(0, wrong.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -doubt.applyAsDouble(i)))
              .mapToInt(i -> i)
              .toArray();
      int found = 0;
      double sum = 0;
      for (int rank = 0; rank < order.length; rank++) {
        if (wrong[order[rank]]) {
          sum += (double) ++found / (rank + 1);
        }
      }
      return sum / found;
    }
  }

  @Test
  void headlineAndRankingHoldOnRealLabelErrors() throws IOException {
    Path directory = RealData.directory("audit");
    double error = 0;
    double half = 0;
    double gain = 0;
    for (String name : NAMES) {
      Known known = Known.read(directory, name);
      assertThat(known.heldOut.doubtfulColumns(name)).as("order of the columns").isEmpty();
      AuditResult result = Audit.of(known.heldOut);
      Rate rate = result.noiseRate();
      double truth = known.rate();
      assertThat(truth).as(name).isBetween(rate.low(), rate.high());
      error += Math.abs(rate.value() - truth) / NAMES.size();
      half += (rate.high() - rate.low()) / 2 / NAMES.size();

      double[] score = new double[known.wrong.length];
      result.ranking().forEach(suspect -> score[suspect.position()] = suspect.score());
      double[] self = LabelQuality.selfConfidence(known.heldOut);
      double[] margin = LabelQuality.normalizedMargin(known.heldOut);
      double ours = known.averagePrecision(i -> score[i]);
      double best =
          Math.max(known.averagePrecision(i -> -self[i]), known.averagePrecision(i -> -margin[i]));
      assertThat(ours).as("average precision, %s", name).isGreaterThan(best - 0.01);
      gain += ours - best;

      long found =
          result.ranking().stream()
              .limit(result.suspects())
              .filter(suspect -> known.wrong[suspect.position()])
              .count();
      assertThat((double) result.expectedWrong() / result.suspects())
          .as("expected precision, %s", name)
          .isBetween(
              (double) found / result.suspects() - 0.13, (double) found / result.suspects() + 0.13);
    }
    assertThat(error).as("mean absolute error").isLessThanOrEqualTo(0.02);
    assertThat(half).as("mean half-width").isLessThanOrEqualTo(0.08);
    assertThat(gain).as("over the best published score, summed").isPositive();
  }
}

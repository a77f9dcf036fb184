package dev.rote.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnOrderTest {
  /** Predictions whose column k is column {@code from[k]} of others. */
  private static HeldOut reordered(HeldOut heldOut, List<Integer> from, List<String> names) {
    float[][] rows = new float[heldOut.size()][from.size()];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < from.size(); k++) {
        rows[i][k] = heldOut.probabilities()[i][from.get(k)];
      }
    }
    return new HeldOut(rows, heldOut.labels(), names);
  }

  private static List<Integer> order(int classes) {
    List<Integer> order = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      order.add(k);
    }
    return order;
  }

  /** The labels of {@code heldOut} as positions among its classes in another order. */
  private static HeldOut named(HeldOut heldOut, List<String> names) {
    int[] labels =
        Arrays.stream(heldOut.labels())
            .map(label -> names.indexOf(heldOut.classNames().get(label)))
            .toArray();
    return new HeldOut(heldOut.probabilities(), labels, names);
  }

  @ParameterizedTest
  @CsvSource({
    "none, 3.5",
    "symmetric(0.4), 3.5",
    "pair(0.3), 3.5",
    "symmetric(0.2), 2",
    "uniform(0.3), 3",
  })
  void theRemedyGivesEachColumnItsClass(String noise, double separation) {
    HeldOut right = SimulatedNetwork.of(2000, noise, separation, 1, 5).heldOut();
    List<Integer> from = order(10);
    Collections.shuffle(from, new Random(3));
    HeldOut shuffled = reordered(right, from, right.classNames());
    List<String> names = from.stream().map(right.classNames()::get).toList();
    String line = shuffled.doubtfulColumns("p.npy").orElseThrow();
    assertThat(line)
        .startsWith("the columns of p.npy are probably in another order than the classes: ")
        .endsWith("repeat with --class-names '" + String.join(",", names) + "'");
    assertThat(named(shuffled, names).doubtfulColumns("p.npy")).isEmpty();
  }

  @Test
  void twoExchangedColumnsAreNoticed() {
    HeldOut right = SimulatedNetwork.of(2000, "symmetric(0.2)", 3.5, 1, 5).heldOut();
    List<Integer> from = order(10);
    Collections.swap(from, 2, 7);
    assertThat(reordered(right, from, right.classNames()).doubtfulColumns("p.npy").orElseThrow())
        .contains("'class 2' are predicted as 'class 7' (and 1 more classes as others)")
        .contains("class 1,class 7,class 3,")
        .contains("class 6,class 2,class 8,");
  }

  /** Wrong labels, however they are wrong, and networks that know little are no other order. */
  @ParameterizedTest
  @CsvSource({
    "none, 3.5",
    "none, 0.3",
    "none, 0",
    "pair(0.4), 3.5",
    "pair(0.4), 1",
    "pair(0.45), 6",
    "symmetric(0.6), 3.5",
    "symmetric(0.8), 1",
    "uniform(0.9), 2",
  })
  void noiseAndWeakNetworksRaiseNoDoubt(String noise, double separation) {
    for (int seed = 0; seed < 20; seed++) {
      int samples = seed % 2 == 0 ? 100 : 2000;
      assertThat(
              SimulatedNetwork.of(samples, noise, separation, 1, seed)
                  .heldOut()
                  .doubtfulColumns("p.npy"))
          .as("%s, separation %s, seed %d", noise, separation, seed)
          .isEmpty();
    }
  }

  @Test
  void twoClassesAreExchangedOnlyIfMostLabelsDisagree() {
    int[] labels = new int[200];
    float[][] rows = new float[200][];
    for (int wrong = 0; wrong <= 100; wrong++) {
      for (int i = 0; i < 200; i++) {
        labels[i] = i % 2;
        int predicted = i / 2 < wrong ? 1 - labels[i] : labels[i];
        rows[i] = predicted == 0 ? new float[] {.9f, .1f} : new float[] {.1f, .9f};
      }
      HeldOut heldOut = new HeldOut(rows, labels, List.of("cat", "dog"));
      assertThat(heldOut.doubtfulColumns("p.csv").isPresent())
          .as("%d%% wrong", wrong)
          .isEqualTo(wrong >= 75);
    }
  }

  /** A network that calls nearly everything one class, and one that exchanges two rare classes. */
  @Test
  void favouritesAndRareClassesRaiseNoDoubt() {
    int[] labels = new int[1000];
    float[][] rows = new float[1000][3];
    for (int i = 0; i < 1000; i++) {
      labels[i] = i % 3;
      rows[i][2] = 1;
    }
    List<String> names = List.of("a", "b", "c");
    assertThat(new HeldOut(rows, labels, names).doubtfulColumns("p.npy")).isEmpty();
    for (int i = 0; i < 1000; i++) {
      labels[i] = i < 40 ? i % 2 : 2;
      rows[i] = new float[3];
      rows[i][labels[i] == 2 ? 2 : 1 - labels[i]] = 1;
    }
    assertThat(new HeldOut(rows, labels, names).doubtfulColumns("p.npy")).isEmpty();
  }
}

package dev.rote.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FoldTest {
  @Test
  void everySampleIsHeldOutOnceAndEveryPartHasItsShareOfEveryClass() {
    DataSpec spec =
        DataSpec.of("glyphs", Optional.empty())
            .withSubset(Optional.of(430), Optional.of(50))
            .withDataSeed(7);
    DataSet whole = DataSets.load(spec);
    List<Long> held = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      DataSet split = DataSets.load(spec.withFold(new Fold(i, 4)));
      LabelledImages part = split.test().orElseThrow();
      assertThat(part.size() + split.train().size()).isEqualTo(430);
      assertThat(part.size()).isBetween(104, 111);
      int[] ofClass = new int[10];
      for (int label : part.labels()) {
        ofClass[label]++;
      }
      for (int count : ofClass) {
        assertThat(count).as("43 of a class in 4 parts").isBetween(10, 11);
      }
      for (long id : part.ids()) {
        held.add(id);
      }
      assertThat(split.train().ids()).doesNotContain(part.ids());
    }
    assertThat(held).hasSize(430).doesNotHaveDuplicates();
    int[] parts = new Fold(0, 4).parts(whole.train().labels(), 10, 7);
    assertThat(new Fold(0, 4).parts(whole.train().labels(), 10, 8)).isNotEqualTo(parts);
    assertThat(new Fold(0, 4, 1).parts(whole.train().labels(), 10, 7)).isNotEqualTo(parts);
    // What is held out is in the order of the whole.
    long[] first = DataSets.load(spec.withFold(new Fold(0, 4))).test().orElseThrow().ids();
    int next = 0;
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] == 0) {
        assertThat(first[next++]).isEqualTo(whole.train().ids()[i]);
      }
    }
  }
}

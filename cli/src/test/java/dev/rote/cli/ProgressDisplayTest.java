package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
  private static final String LABEL = "rll(alpha=0.1) given labels seed 1 fold 2/3";
  private static final String FIGURES = "  3/4  J1 0.793";

  @Test
  void aWideTerminalHasLabelBarAndFigures() {
    assertThat(ProgressDisplay.fitted("cce seed 1", FIGURES, 1 / 3.0, 40))
        .isEqualTo("cce seed 1 [###......] " + FIGURES)
        .hasSizeLessThanOrEqualTo(40);
  }

  @Test
  void figuresAreKeptInANarrowOne() {
    for (int width = 25; width < 120; width++) {
      assertThat(ProgressDisplay.fitted(LABEL, FIGURES, 0.25, width))
          .hasSizeLessThanOrEqualTo(width)
          .endsWith(FIGURES);
    }
    // both ends of the label tell runs from one another
    assertThat(ProgressDisplay.fitted(LABEL, FIGURES, 0.25, 40))
        .isEqualTo("rll(alpha=0…d 1 fold 2/3 " + FIGURES)
        .hasSize(40);
    assertThat(ProgressDisplay.fitted(LABEL, FIGURES, 0.25, 5)).hasSize(5);
    // blanks that align labels take no room
    assertThat(ProgressDisplay.fitted("cce seed 1          ", FIGURES, 0.25, 30))
        .isEqualTo("cce seed 1 " + FIGURES);
  }
}

package dev.rote.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rote.text.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AugmentationTest {
  @ParameterizedTest
  @CsvSource({
    "none, none",
    "flip, flip",
    "crop(4), crop(4)",
    "crop(0), none",
    "crop(2) + flip, flip+crop(2)",
    "crop(pixels=3), crop(3)",
  })
  void isPrintedInOneWay(String text, String canonical) {
    assertThat(Augmentation.parse(text)).hasToString(canonical);
    assertThat(Augmentation.parse(canonical)).isEqualTo(Augmentation.parse(text));
  }

  @Test
  void whatIsNoneIsRefused() {
    assertThatThrownBy(() -> Augmentation.parse("flop"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("flip");
    assertThatThrownBy(() -> Augmentation.parse("crop(17)"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("[0, 16]");
    assertThatThrownBy(() -> Augmentation.parse("crop(1.5)")).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> Augmentation.parse("flip+")).isInstanceOf(InputException.class);
  }
}

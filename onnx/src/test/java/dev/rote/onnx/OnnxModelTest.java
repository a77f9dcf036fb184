package dev.rote.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.data.ImageShape;
import dev.rote.text.InputException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads networks of other tools. */
class OnnxModelTest {
  @TempDir private Path directory;

  private static Path resource(String name) {
    try {
      return Path.of(OnnxModelTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * A convolution and a mean pool that PyTorch 1.13 exported with {@code torch.onnx.export}, with
   * open height and width and an output {@code [N,4,1,1]}; the expected values are PyTorch's, of
   * pixels scaled by hand.
   */
  @ParameterizedTest
  @CsvSource({
    "IMAGENET, 0.4936641454696655, 1.4553991556167603, 0.28521615266799927, 0.09516985714435577",
    "SIGNED, 0.18020203709602356, 0.6352003812789917, 0.08220605552196503, 0.11544587463140488"
  })
  void computesAnEncoderThatPyTorchExported(
      PixelScale scale, float first, float second, float third, float fourth) {
    byte[] pixels = new byte[2 * 3 * 8 * 8];
    for (int c = 0; c < 3; c++) {
      for (int p = 0; p < 64; p++) {
        pixels[192 + c * 64 + p] = (byte) (c * 64 + p);
      }
    }
    try (OnnxModel model =
        OnnxModel.open(resource("torch-encoder.onnx"), scale, OptionalInt.of(8), 1)) {
      assertThat(model.shape()).isEqualTo(new ImageShape(3, 8, 8));
      assertThat(model.takesBytes()).isFalse();
      assertThat(model.classNames()).isEmpty();
      assertThat(model.featuresOutput()).isEqualTo("pooled");
      assertThat(model.compute(pixels, 2, "pooled")[1])
          .containsExactly(new float[] {first, second, third, fourth}, within(1e-5f));
    }
  }

  @Test
  void asksForTheSizeThatANetworkLeavesOpen() {
    assertThatThrownBy(
            () ->
                OnnxModel.open(
                    resource("torch-encoder.onnx"), PixelScale.UNIT, OptionalInt.empty(), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--image-size 224");
  }

  /** A network that the package onnx of Python made: mean and maximum of each channel. */
  @Test
  void computesNetworksWithChannelsLast() {
    byte[] pixels = new byte[48];
    pixels[20] = (byte) 160; // channel 1
    pixels[40] = (byte) 255; // channel 2
    try (OnnxModel model =
        OnnxModel.open(resource("channels-last.onnx"), PixelScale.BYTES, OptionalInt.empty(), 1)) {
      assertThat(model.shape()).isEqualTo(new ImageShape(3, 4, 4));
      assertThat(model.compute(pixels, 1, "mean")[0])
          .containsExactly(new float[] {0, 10, 255f / 16}, within(1e-4f));
      assertThat(model.compute(pixels, 1, "max")[0])
          .containsExactly(new float[] {0, 160, 255}, within(1e-4f));
      assertThatThrownBy(model::featuresOutput)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("several outputs")
          .hasMessageContaining("mean, max")
          .hasMessageContaining("--encoder-output");
      assertThatThrownBy(() -> model.compute(pixels, 1, "min"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("it has mean, max");
    }
  }

  @Test
  void refusesWhatIsNoNetworkOfImages() throws IOException {
    Path text = Files.writeString(directory.resolve("a.onnx"), "not ONNX");
    assertThatThrownBy(() -> OnnxModel.open(text, PixelScale.UNIT, OptionalInt.empty(), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot read " + text + " as ONNX");
    assertThatThrownBy(() -> OnnxModel.open(directory, PixelScale.UNIT, OptionalInt.empty(), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not a file");
    assertThatThrownBy(
            () -> OnnxModel.open(resource("of-text.onnx"), PixelScale.UNIT, OptionalInt.empty(), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("takes INT64")
        .hasMessageContaining("uint8 or float32");
  }
}

package dev.rote.cli;

import dev.rote.data.LabelledImages;
import dev.rote.engine.ImageEncoder;
import dev.rote.onnx.OnnxModel;
import dev.rote.onnx.PixelScale;
import dev.rote.text.Names;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import picocli.CommandLine.Option;

/** The options of an audit by features of an encoder. */
final class EncoderOptions {
  private static final String PIXELS = "imagenet";
  private static final long PRINT_EVERY_NANOS = 10_000_000_000L;

  @Option(
      names = "--encoder",
      paramLabel = "FILE.onnx",
      description =
          "a pretrained network in ONNX that computes features of the images, such as DINOv2 or"
              + " CLIP; trains a linear classifier on them instead of a network")
  private Path encoder;

  @Option(
      names = "--encoder-pixels",
      paramLabel = "SCALE",
      defaultValue = PIXELS,
      description =
          "what the encoder expects, if its input is float32: imagenet, clip, signed ([-1, 1]),"
              + " unit ([0, 1]) or bytes ([0, 255]) (default: "
              + PIXELS
              + ")")
  private String pixels = PIXELS;

  @Option(
      names = "--encoder-output",
      paramLabel = "NAME",
      description = "the encoder's output that holds the features (default: the only one that can)")
  private String outputName;

  boolean given() {
    return encoder != null;
  }

  /** Opens the encoder with a reader of the images that it takes. */
  OnnxModel open(Optional<Integer> imageSize) {
    return OnnxModel.open(
        encoder,
        Names.parse("scale of --encoder-pixels", PixelScale.class, pixels),
        imageSize.map(OptionalInt::of).orElseGet(OptionalInt::empty),
        Runtime.getRuntime().availableProcessors());
  }

  /** Returns the encoder for an audit, which reports its progress. */
  ImageEncoder encoder(OnnxModel model, Output output) {
    String name = outputName != null ? outputName : model.featuresOutput();
    output.notice(
        "%s: output %s of images of %s%s"
            .formatted(
                encoder,
                name,
                model.shape(),
                model.takesBytes() ? "" : ", pixels scaled as for " + pixels));
    return (LabelledImages images, Optional<Path> root) ->
        model.features(images, root, name, progress(images.size(), output));
  }

  private static IntConsumer progress(int images, Output output) {
    long[] next = {System.nanoTime() + PRINT_EVERY_NANOS};
    return done -> {
      if (System.nanoTime() > next[0]) {
        next[0] = System.nanoTime() + PRINT_EVERY_NANOS;
        output.notice(String.format(Locale.ROOT, "%,d of %,d images encoded", done, images));
      }
    };
  }
}

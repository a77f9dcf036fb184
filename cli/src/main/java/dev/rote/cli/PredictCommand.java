package dev.rote.cli;

import dev.rote.data.ImageBatches;
import dev.rote.format.AtomicFile;
import dev.rote.onnx.OnnxModel;
import dev.rote.onnx.PixelScale;
import dev.rote.text.Count;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rote predict}: labels new images with a trained network. */
@Command(
    name = "predict",
    description = {
      "Labels images with a trained network: the network.onnx of a run or an audit.",
      "Prints CSV: path, label, and the probability of that label. Images that cannot be read are"
          + " left out, and named on standard error."
    },
    mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
  private static final String PROBABILITIES = "probabilities";

  @Mixin private Output output;

  @Parameters(index = "0", paramLabel = "MODEL", description = "network.onnx of a run")
  private Path file;

  @Parameters(
      index = "1",
      paramLabel = "IMAGES",
      description = "folder of images, at any depth, or one image")
  private Path images;

  @Option(
      names = "--probabilities",
      description = "add a column with the probability of each class, under its name")
  private boolean all;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "file to write (default: standard output)")
  private Path out;

  @Override
  public Integer call() throws IOException {
    requireWritable();
    ImageBatches batches = ImageBatches.below(images);
    try (OnnxModel model =
        OnnxModel.open(
            file,
            PixelScale.UNIT,
            OptionalInt.empty(),
            Runtime.getRuntime().availableProcessors())) {
      List<String> classes =
          model
              .classNames()
              .filter(names -> model.takesBytes() && model.outputs().contains(PROBABILITIES))
              .orElseThrow(
                  () ->
                      new InputException(
                          file
                              + " is not a network that Rote trained: it has no names of classes;"
                              + " give the network.onnx of a run"));
      batches.notes().forEach(output::notice);
      List<String> paths = batches.paths();
      Map<String, String> problems = new TreeMap<>();
      StringBuilder csv = new StringBuilder(CsvRow.line(header(classes)));
      int side = model.squareSide();
      batches.read(
          model.shape().channels(),
          side,
          batch -> {
            batch.problems().forEach((at, problem) -> problems.put(paths.get(at), problem));
            int n = batch.positions().length;
            float[][] rows =
                n == 0 ? new float[0][] : model.compute(batch.pixels(), n, PROBABILITIES);
            for (int i = 0; i < n; i++) {
              csv.append(CsvRow.line(row(paths.get(batch.positions()[i]), rows[i], classes)));
            }
          });
      problems.forEach((path, problem) -> output.warn(path + " " + problem));
      if (out != null) {
        write(csv.toString());
        output
            .results()
            .printf("%s in %s%n", Count.of(paths.size() - problems.size(), "label"), out);
      } else {
        output.results().print(csv);
      }
      output.results().flush();
      return 0;
    }
  }

  /** Refuses a file that cannot be written, before any image is read. */
  private void requireWritable() {
    if (out != null) {
      AtomicFile.requireReplaceable(out);
      if (!Files.isDirectory(out.toAbsolutePath().getParent())) {
        throw new InputException(
            "cannot write " + out + ": name a file in a directory that exists");
      }
    }
  }

  private void write(String csv) {
    try {
      AtomicFile.writeString(out, csv);
    } catch (IOException e) {
      throw InputException.cannotWrite("labels to", out, e);
    }
  }

  private List<String> header(List<String> classes) {
    List<String> header = new ArrayList<>(List.of("path", "label", "probability"));
    if (all) {
      header.addAll(classes);
    }
    return header;
  }

  private List<String> row(String path, float[] probabilities, List<String> classes) {
    int best = 0;
    for (int k = 1; k < probabilities.length; k++) {
      best = probabilities[k] > probabilities[best] ? k : best;
    }
    List<String> row =
        new ArrayList<>(List.of(path, classes.get(best), number(probabilities[best])));
    if (all) {
      for (float probability : probabilities) {
        row.add(number(probability));
      }
    }
    return row;
  }

  private static String number(float value) {
    return String.format(Locale.ROOT, "%.5f", value);
  }
}

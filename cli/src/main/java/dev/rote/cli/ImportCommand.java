package dev.rote.cli;

import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelFile;
import dev.rote.data.LabelledImages;
import dev.rote.data.ReadDataSet;
import dev.rote.format.Npy;
import dev.rote.format.NpyArray;
import dev.rote.noise.LabelNoise;
import dev.rote.run.RunImport;
import dev.rote.run.StoredRun;
import dev.rote.run.TrainingLog;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.text.InputException;
import dev.rote.text.Program;
import dev.rote.text.ShellWords;
import dev.rote.text.Term;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rote import}: a training by another program, as a run. */
@Command(
    name = "import",
    description = {
      "Makes a run directory of what another program logged while it trained.",
      "Reports, figures, claims and the live page then serve it; docs/import.md shows how to log in"
          + " PyTorch and Keras."
    },
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      required = true,
      description =
          "predicted class of each training sample after each epoch, NPY [epochs,N]; or"
              + " probabilities or logits, [epochs,N,K]")
  private Path predictions;

  @Option(
      names = "--observed",
      paramLabel = "FILE",
      required = true,
      description = "labels that it was trained on, NPY or CSV")
  private Path observed;

  @Option(
      names = "--original",
      paramLabel = "FILE",
      description = "labels before they were altered (default: those of --dataset, or --observed)")
  private Path original;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "test accuracy after each epoch, NPY [epochs]")
  private Path test;

  @Option(
      names = "--losses",
      paramLabel = "FILE",
      description = "mean training loss of each epoch, NPY [epochs]")
  private Path losses;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      required = true,
      description = "the loss, as in cce, rll(alpha=0.1) or a name of your own")
  private String loss;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      required = true,
      description = "name of the network")
  private String network;

  @Option(
      names = "--noise",
      paramLabel = "NOISE",
      description =
          "how labels were altered, as in symmetric(0.4); claims about noise rates need it"
              + " (default: none, or the labels of --observed)")
  private String noise;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "tells runs apart that differ in nothing else (default: ${DEFAULT-VALUE})")
  private long seed;

  @Mixin private DataOptions data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "results directory; further runs of the same data and network may be added")
  private Path out;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    NpyArray predicted = Npy.read(predictions);
    Optional<RunImport.Images> images = images();
    int[] observedLabels = labels(observed, images);
    int[] originalLabels =
        original != null
            ? labels(original, images)
            : images.map(i -> i.data().train().originalLabels()).orElse(observedLabels);
    TrainingLog log =
        new TrainingLog(predicted, observedLabels, originalLabels, numbers(test), numbers(losses));
    boolean altered = !Arrays.equals(observedLabels, originalLabels);
    String labelsFile = "labels(" + Term.word(observed.toAbsolutePath().toString()) + ")";
    LabelNoise given = LabelNoise.parse(noise != null ? noise : altered ? labelsFile : "none");
    Path run =
        RunImport.write(
            log,
            new RunImport.Origin(new NetworkName(network), LossSpec.parse(loss), given, seed),
            images,
            out);
    StoredRun stored = StoredRun.read(run).orElseThrow();
    SummaryTable.print(List.of(stored), Output.width(), output.results());
    output.notice("Run:    " + run);
    output.notice("Report: " + ShellWords.line(List.of(Program.command(), "report", "" + out)));
    return 0;
  }

  private Optional<RunImport.Images> images() {
    if (data.dataset() == null && data.data == null) {
      return Optional.empty();
    }
    DataSpec spec = data.images(data.dataset(), null, null, null).spec();
    ReadDataSet read = DataSets.read(spec);
    read.notes().forEach(output::notice);
    return Optional.of(new RunImport.Images(spec, read.data()));
  }

  private static int[] labels(Path file, Optional<RunImport.Images> images) {
    LabelFile labels = LabelFile.read(file);
    if (images.isPresent()) {
      LabelledImages train = images.get().data().train();
      return labels.match(train.ids(), train.paths(), train.classNames());
    }
    if (labels.paths().isPresent()) {
      throw new InputException(file + " names samples by path; give the images with --dataset");
    }
    int classes = 1 + labels.values().stream().mapToInt(v -> number(file, v)).max().orElse(0);
    return labels.match(
        LongStream.range(0, labels.values().size()).toArray(),
        Optional.empty(),
        IntStream.range(0, classes).mapToObj(Integer::toString).toList());
  }

  private static int number(Path file, String label) {
    if (!label.matches("\\d{1,5}")) {
      throw new InputException(
          "%s: label %s is not a number from 0; give the images with --dataset, or number the classes as the predictions do"
              .formatted(file, label));
    }
    return Integer.parseInt(label);
  }

  private static Optional<double[]> numbers(Path file) throws IOException {
    return file == null ? Optional.empty() : Optional.of(Npy.read(file).toDoubles());
  }
}

package dev.rote.bench;

import dev.rote.audit.DetectionQuality;
import dev.rote.audit.Suspect;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.LabelledImages;
import dev.rote.format.Npy;
import dev.rote.format.NpyArray;
import dev.rote.format.NpyType;
import dev.rote.noise.LabelNoise;
import dev.rote.run.Json;
import dev.rote.run.RunImport;
import dev.rote.run.TrainingLog;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A command whose time to a result is measured.
 *
 * @param rote arguments of {@code rote}
 * @param python arguments of the program {@code results.py} that does the same; empty if none does
 * @param modules what that needs of Python
 * @param out the results of either
 * @param labels the labels that an audit of images judges; empty for other cases
 */
record ResultCase(
    List<String> rote, List<String> python, String modules, Path out, Optional<Labels> labels) {
  private static final String NUMPY = "numpy";
  private static final String PYTORCH = "numpy, torch";
  private static final String CIFAR10 = "cifar10";

  /** Runs, epochs and samples of the reported study. */
  private record Size(int runs, int epochs, int samples) {
    static Size of(boolean small) {
      return small ? new Size(4, 20, 2000) : new Size(48, 200, 50_000);
    }

    @Override
    public String toString() {
      return "report-" + runs + "x" + epochs + "x" + samples;
    }
  }

  /**
   * Directories of real data, where they are to be audited.
   *
   * @param mnist audited in place of glyphs
   * @param cifar10 a case of its own
   */
  record Data(Optional<String> mnist, Optional<String> cifar10) {
    static final Data NONE = new Data(Optional.empty(), Optional.empty());
  }

  /** An audit that trains networks on images. */
  private record Audit(DataSpec data, int samples, NetworkName network, int folds, int epochs) {
    static Audit of(String name, boolean small, Data places) {
      int samples = Integer.parseInt(name.split("-")[1]);
      Optional<Integer> training = Optional.of(samples);
      if (name.startsWith(CIFAR10)) {
        return new Audit(
            DataSpec.of(CIFAR10, places.cifar10).withSubset(training, Optional.of(10)),
            samples,
            new NetworkName("airbench"),
            3,
            small ? 2 : 8);
      }
      return new Audit(
          DataSpec.of(places.mnist.isPresent() ? "mnist" : "glyphs", places.mnist)
              .withSubset(training, Optional.of(10)),
          samples,
          new NetworkName("small-cnn"),
          4,
          small ? 1 : 10);
    }
  }

  /**
   * Labels of the audited images, a tenth of them wrong: observed and original ones, by position.
   */
  record Labels(List<Integer> observed, List<Integer> original) {
    static Labels of(int[] observed, int[] original) {
      return new Labels(
          Arrays.stream(observed).boxed().toList(), Arrays.stream(original).boxed().toList());
    }

    /**
     * Returns the AUROC of a ranking: how often a wrong label has a lower quality than a right one.
     */
    double auroc(double[] quality) {
      List<Suspect> ranking =
          IntStream.range(0, quality.length)
              .mapToObj(i -> new Suspect(i, observed.get(i), 0, -quality[i], Double.NaN))
              .sorted(Comparator.comparingDouble(Suspect::score).reversed())
              .toList();
      return DetectionQuality.of(ranking, original.stream().mapToInt(y -> y).toArray()).auroc();
    }
  }

  /** Returns the AUROC of the ranking in {@code out}; NaN for other cases than audits of images. */
  double auroc() throws IOException {
    if (labels.isEmpty()) {
      return Double.NaN;
    }
    Path quality = out.resolve("quality.npy"); // of the Python program
    return Files.exists(quality)
        ? labels.get().auroc(Npy.read(quality).toDoubles())
        : Json.MAPPER
            .readTree(Files.readString(out.resolve("audit.json")))
            .path("against_original_labels")
            .path("auroc")
            .asDouble(Double.NaN);
  }

  private static List<String> predictions(boolean small) {
    return small
        ? List.of("probs-5000x10", "probs-2000x100")
        : List.of("probs-50000x10", "probs-100000x10", "probs-20000x1000");
  }

  /** Returns the names of the cases that there are data for. */
  static List<String> names(boolean small, Data places) {
    List<String> names = new ArrayList<>(List.of("quick", small ? "audit-1000" : "audit-10000"));
    if (places.cifar10.isPresent()) {
      names.add(CIFAR10 + (small ? "-1000" : "-10000"));
    }
    names.addAll(predictions(small));
    names.add(Size.of(small).toString());
    return names;
  }

  /**
   * Makes the inputs of a case.
   *
   * @param places real data
   * @param directory where they go
   */
  static ResultCase prepare(String name, boolean small, Data places, Path directory)
      throws IOException {
    Path out = directory.resolve("out");
    if (name.equals("quick")) {
      List<String> study = new ArrayList<>(List.of("study", "--out", out.toString()));
      if (small) {
        study.addAll(List.of("--subset", "600", "--test-subset", "100", "--epochs", "2"));
      }
      return new ResultCase(study, List.of(), "", out, Optional.empty());
    }
    String[] parts = name.split("-");
    if (parts[0].equals("audit") || parts[0].equals(CIFAR10)) {
      return audit(Audit.of(name, small, places), directory, out);
    }
    if (parts[0].equals("report")) {
      report(Size.of(small), directory.resolve("study"));
      Path study = directory.resolve("study");
      return new ResultCase(
          List.of("report", study.toString(), "--out", out.toString()),
          List.of(),
          "",
          out,
          Optional.empty());
    }
    String[] shape = parts[1].split("x");
    return predictions(Integer.parseInt(shape[0]), Integer.parseInt(shape[1]), directory, out);
  }

  private static ResultCase audit(Audit audit, Path directory, Path out) throws IOException {
    LabelledImages train = DataSets.load(audit.data).train();
    String noise = "symmetric(0.1)";
    Path images = directory.resolve("images.npy");
    Path labels = directory.resolve("labels.npy");
    Npy.write(
        images,
        train.pixels(),
        audit.samples,
        train.shape().channels(),
        train.shape().height(),
        train.shape().width());
    int[] observed = LabelNoise.parse(noise).draw(train, 1).observed();
    Npy.write(labels, observed);
    String network = audit.network.toString();
    String folds = Integer.toString(audit.folds);
    String epochs = Integer.toString(audit.epochs);
    List<String> rote = new ArrayList<>(List.of("audit", "--dataset", audit.data.dataset()));
    audit.data.path().ifPresent(place -> rote.addAll(List.of("--data", place)));
    rote.addAll(List.of("--subset", Integer.toString(audit.samples), "--network", network));
    rote.addAll(List.of("--epochs", epochs, "--noise", noise, "--folds", folds));
    rote.addAll(List.of("--repeats", "1", "--rounds", "1", "--no-final-network"));
    rote.addAll(List.of("--out", out.toString()));
    return new ResultCase(
        rote,
        List.of("train", network, "" + images, "" + labels, folds, epochs, "" + out),
        PYTORCH,
        out,
        Optional.of(Labels.of(observed, train.originalLabels())));
  }

  /** Makes predictions of a network that is right about most samples, and labels a tenth wrong. */
  private static ResultCase predictions(int samples, int classes, Path directory, Path out)
      throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    float[] probabilities = new float[samples * classes];
    int[] labels = new int[samples];
    double[] row = new double[classes];
    for (int i = 0; i < samples; i++) {
      int truth = i % classes;
      labels[i] = random.nextDouble() < 0.1 ? random.nextInt(classes) : truth;
      for (int k = 0; k < classes; k++) {
        row[k] = Math.exp(random.nextGaussian() + (k == truth ? Math.log(classes) + 2 : 0));
      }
      double sum = Arrays.stream(row).sum();
      for (int k = 0; k < classes; k++) {
        probabilities[i * classes + k] = (float) (row[k] / sum);
      }
    }
    Path p = directory.resolve("probabilities.npy");
    Path y = directory.resolve("labels.npy");
    Npy.write(p, probabilities, samples, classes);
    Npy.write(y, labels);
    return new ResultCase(
        List.of("audit", "--pred-probs", "" + p, "--labels", "" + y, "--out", "" + out),
        List.of("probs", "" + p, "" + y, "" + out),
        NUMPY,
        out,
        Optional.empty());
  }

  /** Writes a study of runs that memorize more and more of 40% wrong labels, as imported ones. */
  private static void report(Size size, Path study) throws IOException {
    if (Files.exists(study)) {
      return;
    }
    int classes = Workload.CLASSES;
    int[] original = IntStream.range(0, size.samples).map(i -> i % classes).toArray();
    String noise = "symmetric(0.4)";
    List<String> losses = List.of("cce", "mse", "mae", "rll(alpha=0.1)");
    for (int run = 0; run < size.runs; run++) {
      SplittableRandom random = new SplittableRandom(run);
      int[] observed =
          Arrays.stream(original)
              .map(
                  y ->
                      random.nextDouble() < 0.4
                          ? (y + 1 + random.nextInt(classes - 1)) % classes
                          : y)
              .toArray();
      double[] memorizedAt = random.doubles(size.samples).toArray();
      ByteBuffer predictions = ByteBuffer.allocate(size.epochs * size.samples);
      for (int epoch = 0; epoch < size.epochs; epoch++) {
        double done = (double) epoch / size.epochs;
        for (int i = 0; i < size.samples; i++) {
          predictions.put((byte) (memorizedAt[i] < done ? observed[i] : original[i]));
        }
      }
      NpyArray array =
          new NpyArray(NpyType.UINT8, new int[] {size.epochs, size.samples}, predictions.flip());
      RunImport.write(
          new TrainingLog(array, observed, original, Optional.empty(), Optional.empty()),
          new RunImport.Origin(
              new NetworkName("made-up"),
              LossSpec.parse(losses.get(run % losses.size())),
              LabelNoise.parse(noise),
              run / losses.size() + 1),
          Optional.empty(),
          study);
    }
  }
}

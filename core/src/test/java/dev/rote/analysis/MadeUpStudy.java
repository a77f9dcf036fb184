package dev.rote.analysis;

import dev.rote.data.DataSet;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.ImageShape;
import dev.rote.data.Inputs;
import dev.rote.format.TensorData;
import dev.rote.memorization.Memorization;
import dev.rote.noise.LabelNoise;
import dev.rote.noise.NoiseDraw;
import dev.rote.run.EpochRecord;
import dev.rote.run.RunDirectory;
import dev.rote.run.RunRecord;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec.Sgd;
import dev.rote.study.Protocol;
import dev.rote.study.RunSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Run directories with stated curves, written as the product writes them. The images of {@code
 * glyphs} are real; of any other data set there are none.
 */
public final class MadeUpStudy {
  public static final int SAMPLES = 100;

  private final List<String> classes;
  private final int[] original;
  private final String digest;
  private final Path out;
  private final String dataset;
  private final NetworkName network;
  private final int epochs;
  private final int settlesAt;
  private final Optional<Double> dropout;
  private double rate = 0.1;

  public MadeUpStudy(Path out, String dataset, int epochs) throws IOException {
    this(out, dataset, new NetworkName("mlp"), epochs, epochs);
  }

  /**
   * A study without runs.
   *
   * @param settlesAt the epoch from which J1 and J2 no longer move
   */
  public MadeUpStudy(Path out, String dataset, int epochs, int settlesAt) throws IOException {
    this(out, dataset, new NetworkName("mlp"), epochs, settlesAt);
  }

  /** A study of a network that is named, without runs. */
  public MadeUpStudy(Path out, String dataset, NetworkName network, int epochs, int settlesAt)
      throws IOException {
    this(out, dataset, network, epochs, settlesAt, Optional.empty());
  }

  /** A study with dropout, without runs. */
  public MadeUpStudy(
      Path out,
      String dataset,
      NetworkName network,
      int epochs,
      int settlesAt,
      Optional<Double> dropout)
      throws IOException {
    this.dropout = dropout;
    this.network = network;
    this.settlesAt = settlesAt;
    this.out = out;
    this.dataset = dataset;
    this.epochs = epochs;
    if (dataset.equals("glyphs")) {
      DataSet images = DataSets.load(data());
      this.classes = images.train().classNames();
      this.original = images.train().labels();
      this.digest = images.digest();
    } else {
      this.classes = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
      this.original = IntStream.range(0, SAMPLES).map(i -> i % classes.size()).toArray();
      this.digest = "digest";
    }
    StudyDirectory.open(
            out,
            new StudyDirectory.Identity(
                RunRecord.FORMAT, dataset, digest, network, protocol(), data()),
            0)
        .close();
  }

  /** Lets further runs have another learning rate. */
  public MadeUpStudy atRate(double another) {
    rate = another;
    return this;
  }

  private Protocol protocol() {
    Protocol plain = Protocol.of(new Sgd(rate, 0.9, 0), epochs).withBatchSize(10);
    return dropout.map(plain::withDropout).orElse(plain);
  }

  private DataSpec data() {
    return DataSpec.of(dataset, Optional.empty())
        .withSubset(Optional.of(SAMPLES), Optional.empty());
  }

  /** A finished run whose J1 and J2 go in a straight line from 0.1 to these. */
  public String run(String loss, String noise, long seed, double j1, double j2) throws IOException {
    return run(loss, noise, seed, j1, j2, epochs, true);
  }

  /** A finished run on altered inputs. */
  public String run(Inputs inputs, String loss, String noise, long seed, double j1)
      throws IOException {
    return run(inputs, loss, noise, seed, j1, j1, epochs, true);
  }

  /**
   * A run that has done some epochs.
   *
   * @param learned whether its predictions are right in the last epoch, or all the same
   */
  public String run(
      String loss, String noise, long seed, double j1, double j2, int done, boolean learned)
      throws IOException {
    return run(Inputs.NONE, loss, noise, seed, j1, j2, done, learned);
  }

  /** What a run predicts after each epoch, and what else it measures. */
  public interface Course {
    /** Returns the class predicted for each sample. */
    int[] predicted(int epoch, int[] original, int[] observed);

    /** Returns the critical sample ratio; NaN if it is not measured. */
    default double criticalRatio(int epoch) {
      return Double.NaN;
    }
  }

  /** A finished run whose measures follow from its predictions. */
  public String run(String loss, String noise, long seed, Course course) throws IOException {
    NoiseDraw draw = draw(noise, seed);
    return run(
        Inputs.NONE,
        loss,
        noise,
        seed,
        IntStream.rangeClosed(1, epochs)
            .mapToObj(e -> course.predicted(e, original, draw.observed()))
            .toList(),
        e ->
            epoch(
                e,
                Memorization.of(
                    course.predicted(e, original, draw.observed()), draw.observed(), original),
                new EpochRecord.Extra(
                    Double.NaN, course.criticalRatio(e), Double.NaN, Double.NaN)));
  }

  private String run(
      Inputs inputs,
      String loss,
      String noise,
      long seed,
      double j1,
      double j2,
      int done,
      boolean learned)
      throws IOException {
    return run(
        inputs,
        loss,
        noise,
        seed,
        Collections.nCopies(done, learned ? original : new int[SAMPLES]),
        e -> {
          double t = progress(e);
          Memorization line =
              new Memorization(0.1 + t * (j1 - 0.1), 0.1 + t * (j2 - 0.1), t, 1 - t, 0);
          return epoch(e, line, EpochRecord.Extra.NONE);
        });
  }

  private double progress(int epoch) {
    return Math.min(1, settlesAt == 1 ? 1 : (epoch - 1) / (settlesAt - 1.0));
  }

  private EpochRecord epoch(int epoch, Memorization memorization, EpochRecord.Extra extra) {
    double t = progress(epoch);
    return new EpochRecord(
        epoch,
        3 - 2 * t,
        memorization,
        0.5 + t / 4,
        new EpochRecord.Running(1, 0.2, 0.3),
        0.1,
        1,
        extra);
  }

  private NoiseDraw draw(String noise, long seed) {
    long[] ids = IntStream.range(0, SAMPLES).asLongStream().toArray();
    return LabelNoise.parse(noise).draw(original, ids, classes.size(), seed);
  }

  /** A number for each network: mlp(hidden=64) has 640 parameters, and mlp 10. */
  private long parameters() {
    String units = network.text().replaceAll("[^0-9]", "");
    return units.isEmpty() ? 10 : 10 * Long.parseLong(units);
  }

  private String run(
      Inputs inputs,
      String loss,
      String noise,
      long seed,
      List<int[]> predictions,
      IntFunction<EpochRecord> measures)
      throws IOException {
    long[] ids = IntStream.range(0, SAMPLES).asLongStream().toArray();
    NoiseDraw draw = draw(noise, seed);
    String altered = inputs == Inputs.NONE ? "" : "-" + inputs;
    String id =
        (loss
                + "-"
                + noise
                + altered
                + "-s"
                + seed
                + "-e"
                + epochs
                + dropout.map(p -> "-d" + p).orElse("")
                + (network.text().equals(network.family()) ? "" : "-" + network))
            .replaceAll("[^a-z0-9.-]", "_");
    RunRecord record =
        new RunRecord(
            RunRecord.FORMAT,
            id,
            new RunSpec(
                data(),
                inputs,
                LabelNoise.parse(noise),
                network,
                LossSpec.parse(loss),
                protocol(),
                seed),
            new RunRecord.Data(digest, SAMPLES, 0, ImageShape.square(1, 28), classes),
            new RunRecord.Noise(noise, draw.realizedRate(), draw.realizedMatrix()),
            new RunRecord.Execution(Device.CPU, 1),
            parameters(),
            RunRecord.Provenance.here());
    Map<String, TensorData> state = Map.of("w", TensorData.of(new float[] {1}, 1));
    try (RunDirectory run = RunDirectory.open(out.resolve("runs").resolve(id), record)) {
      run.begin(record, ids, original, draw);
      for (int e = 1; e <= predictions.size(); e++) {
        run.epoch(measures.apply(e), predictions.get(e - 1), state);
      }
      if (predictions.size() == epochs) {
        run.finished(state);
      }
    }
    return id;
  }
}

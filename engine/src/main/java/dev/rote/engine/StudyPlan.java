package dev.rote.engine;

import dev.rote.data.DataSet;
import dev.rote.data.DataSets;
import dev.rote.data.LabelledImages;
import dev.rote.loss.Loss;
import dev.rote.loss.Losses;
import dev.rote.net.Networks;
import dev.rote.noise.LabelNoise;
import dev.rote.noise.NoiseDraw;
import dev.rote.run.RunDirectory;
import dev.rote.run.RunId;
import dev.rote.run.RunRecord;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.Protocol;
import dev.rote.study.RunSpec;
import dev.rote.study.StudySpec;
import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The runs of a study, checked before anything is written: images are read, and noise is drawn
 * once.
 *
 * @param spec the study with all arguments of its losses
 * @param data the images as they were read
 * @param runs all runs, those that are finished included
 */
public record StudyPlan(StudySpec spec, RunRecord.Data data, List<PlannedRun> runs) {
  /** Rate of SGD at which a collapse was measured. */
  private static final double LARGE_STEP = 0.1;

  /** Layers with weights from which a network counts as deep: fewer than the 32 measured. */
  private static final int DEEP = 18;

  /**
   * Reads the images of a study and plans it.
   *
   * @param out directory of its results, which may hold some already
   * @throws dev.rote.text.InputException if a loss or the data cannot be used
   */
  public static StudyPlan of(StudySpec stated, Path out) throws IOException {
    return of(stated, DataSets.load(stated.data()), out);
  }

  /**
   * Plans a study of images that have been read.
   *
   * @param images what {@code stated.data()} names
   * @param out directory of its results, which may hold some already
   * @throws dev.rote.text.InputException if a loss or the data cannot be used
   */
  public static StudyPlan of(StudySpec stated, DataSet images, Path out) throws IOException {
    Map<LossSpec, Loss> losses = new HashMap<>();
    StudySpec spec =
        stated
            .withNetwork(Networks.kind(stated.network()).name())
            .withLosses(
                named -> {
                  Loss loss = Losses.of(named);
                  losses.put(loss.spec(), loss);
                  return loss.spec();
                });
    LabelledImages train = images.train();
    RunRecord.Data data =
        new RunRecord.Data(
            images.digest(),
            train.size(),
            images.test().map(LabelledImages::size).orElse(0),
            train.shape(),
            train.classNames());
    losses.values().forEach(loss -> loss.requireClasses(train.classes()));
    Networks.requireFit(
        spec.network(), train.shape(), train.classes(), spec.protocol().dropout().orElse(0.0));
    List<Integer> earlier = earlierEpochs(spec.protocol(), out);
    List<PlannedRun> runs = new ArrayList<>();
    for (RunSpec run : spec.expand()) {
      var unused = run.trainedOn(train.size()); // throws if the subsample cannot be drawn
      LabelNoise noise = run.noise();
      NoiseDraw draw = noise.draw(train, run.seed());
      String loss = losses.get(run.loss()).fingerprint();
      String id = RunId.of(run, data.digest(), noise.fingerprint(), loss);
      RunRecord.Noise realized =
          new RunRecord.Noise(noise.fingerprint(), draw.realizedRate(), draw.realizedMatrix());
      RunRecord record =
          new RunRecord(
              RunRecord.FORMAT,
              id,
              run,
              data,
              realized,
              new RunRecord.Execution(Device.CPU, 1),
              0,
              RunRecord.Provenance.here());
      Path directory = out.resolve("runs").resolve(id);
      Optional<StoredRun> stored = StoredRun.readToResume(directory);
      Optional<Path> origin = origin(record, loss, earlier, out);
      int fromOrigin = origin.isPresent() ? RunDirectory.epochsToLengthen(origin.get()) : 0;
      runs.add(
          new PlannedRun(
              record,
              directory,
              stored.map(s -> s.epochs().size()).orElse(fromOrigin),
              stored.map(StoredRun::finished).orElse(false),
              spec.extras(),
              origin));
    }
    return new StudyPlan(spec, data, List.copyOf(runs));
  }

  /** Returns the numbers of epochs that the study in {@code out} had and that can be lengthened. */
  private static List<Integer> earlierEpochs(Protocol protocol, Path out) throws IOException {
    return protocol.schedule().decay().lengthens()
        ? StudyDirectory.identity(out)
            .map(study -> study.earlierEpochs(protocol.epochs()))
            .orElse(List.of())
        : List.of();
  }

  /**
   * Returns the directory of the run with the most epochs that can be lengthened to a run.
   *
   * @param loss fingerprint of its loss
   * @param earlier numbers of epochs, the largest first
   */
  private static Optional<Path> origin(
      RunRecord longer, String loss, List<Integer> earlier, Path out) throws IOException {
    RunSpec run = longer.spec();
    for (int epochs : earlier) {
      RunSpec shorter = run.withEpochs(epochs);
      String id = RunId.of(shorter, longer.data().digest(), longer.noise().fingerprint(), loss);
      Path directory = out.resolve("runs").resolve(id);
      if (RunDirectory.epochsToLengthen(directory) > 0) {
        return Optional.of(directory);
      }
    }
    return Optional.empty();
  }

  /**
   * Checks that a study is lengthened as a whole: runs with different numbers of epochs are not
   * comparable.
   *
   * @throws InputException if {@code out} holds runs with fewer epochs that are not among these
   */
  void requireRunsToLengthen(Path out) throws IOException {
    boolean lengthens =
        StudyDirectory.identity(out).map(study -> study.lengthensTo(identity())).orElse(false);
    if (!lengthens) {
      return;
    }
    Set<Path> taken = new HashSet<>();
    runs.forEach(run -> taken.add(run.directory()));
    runs.forEach(run -> run.origin().ifPresent(taken::add));
    for (StoredRun run : StoredRun.readAll(out)) {
      if (!taken.contains(run.directory())) {
        RunSpec spec = run.record().spec();
        throw new InputException(
            "%s holds the run %s %s seed %d, which is not among those to lengthen to %d epochs: name all of its losses, noises and seeds, or choose another --out"
                .formatted(
                    out, spec.loss(), spec.noise(), spec.seed(), this.spec.protocol().epochs()));
      }
    }
  }

  /** Returns the runs that are not finished. */
  public List<PlannedRun> unfinished() {
    return runs.stream().filter(run -> !run.finished()).toList();
  }

  /**
   * Warns of losses that may learn nothing as planned: symmetric ones in a deep network whose first
   * steps of SGD are large. docs/replication.md has the measurements.
   *
   * @return one line for a rate; none if every run is finished
   */
  public List<String> warnings() {
    int classes = data.classNames().size();
    if (spec.protocol().schedule().warmupEpochs() > 0
        || Networks.layers(spec.network(), data.shape(), classes) < DEEP) {
      return List.of();
    }
    Map<Double, Set<String>> losses = new TreeMap<>();
    for (PlannedRun run : unfinished()) {
      OptimizerSpec optimizer = run.spec().protocol().optimizer();
      if (optimizer instanceof OptimizerSpec.Sgd
          && optimizer.rate() >= LARGE_STEP
          && Losses.of(run.spec().loss()).symmetryConstant(classes).isPresent()) {
        losses
            .computeIfAbsent(optimizer.rate(), rate -> new LinkedHashSet<>())
            .add(run.spec().loss().toString());
      }
    }
    List<String> warnings = new ArrayList<>();
    losses.forEach(
        (rate, at) ->
            warnings.add(
                "%s may learn nothing at a rate of %s without warm-up: resnet32 on all images of cifar10, at 0.1, predicted 2 of 10 classes in its first epochs with rll(alpha=0.1), for 3 of 3 seeds; add --warmup 1, or a smaller --loss-rate"
                    .formatted(String.join(", ", at), Term.format(rate))));
    return List.copyOf(warnings);
  }

  /** Returns how many samples a run trains on in an epoch, with what further measures cost. */
  int trained() {
    int samples = runs.get(0).spec().trainedOn(data.samples()).length;
    return samples
        + spec.extras().measures().stream().mapToInt(measure -> measure.cost(samples)).sum();
  }

  /** Returns how many samples are measured at the end of an epoch. */
  int measured() {
    // The network of a fold measures only what is held out.
    return data.testSamples() + (spec.data().fold().isPresent() ? 0 : data.samples());
  }

  /** Returns the bytes of predictions that the unfinished runs write, the least they need. */
  public long bytesToWrite() {
    if (spec.data().fold().isPresent()) {
      return 0;
    }
    long perSample = data.classNames().size() > 256 ? 2 : 1;
    return runs.stream()
        .filter(run -> !run.finished())
        .mapToLong(run -> perSample * data.samples() * (run.epochs() - run.epochsDone()))
        .sum();
  }

  /** Returns the identity of this study. */
  public StudyDirectory.Identity identity() {
    return new StudyDirectory.Identity(
        RunRecord.FORMAT,
        spec.data().dataset(),
        data.digest(),
        spec.network(),
        spec.protocol(),
        spec.data());
  }
}

package dev.rote.run;

import dev.rote.data.DataSet;
import dev.rote.data.DataSpec;
import dev.rote.data.ImageShape;
import dev.rote.data.NoImages;
import dev.rote.memorization.Memorization;
import dev.rote.noise.LabelNoise;
import dev.rote.noise.NoiseDraw;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec;
import dev.rote.study.Protocol;
import dev.rote.study.RunSpec;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Makes run directories of trainings by other programs. Measures, figures, claims and pages serve
 * them as they serve Rote's own runs; they cannot be continued.
 */
public final class RunImport {
  /** How many standard deviations the share of altered labels may be from the stated rate. */
  private static final double TOLERANCE = 5;

  /**
   * What is known of a training beside its log.
   *
   * @param network name of the network
   * @param loss the loss; any name with arguments
   * @param noise how labels were altered
   * @param seed tells runs apart that differ in nothing else
   */
  public record Origin(NetworkName network, LossSpec loss, LabelNoise noise, long seed) {}

  /**
   * The images that it was trained on, in the order of the labels.
   *
   * @param spec where they are read from
   */
  public record Images(DataSpec spec, DataSet data) {}

  private RunImport() {}

  /**
   * Writes a run and the study's summary.
   *
   * @param images the images, for galleries; without them there are none
   * @param out results directory of a study of imported runs; it is made if it is not there
   * @return directory of the run
   * @throws InputException if the log does not fit the images or the noise, or {@code out} belongs
   *     to another study or has this run already
   */
  public static Path write(TrainingLog log, Origin origin, Optional<Images> images, Path out)
      throws IOException {
    int classes = log.classes();
    List<String> classNames =
        images
            .map(i -> i.data().train().classNames())
            .orElseGet(() -> IntStream.range(0, classes).mapToObj(Integer::toString).toList());
    if (classes > classNames.size()) {
      throw new InputException(
          "class %d is predicted or a label, but the images have %d classes"
              .formatted(classes - 1, classNames.size()));
    }
    NoiseDraw draw = NoiseDraw.of(log.original(), log.observed(), classNames.size());
    requireRate(origin.noise(), draw.realizedRate(), log.samples());
    DataSpec spec = images.map(Images::spec).orElseGet(RunImport::noImages);
    String digest = images.map(i -> i.data().digest()).orElseGet(() -> digest(log.original()));
    Protocol protocol = Protocol.of(new OptimizerSpec.Unknown(), log.epochs());
    RunSpec run =
        new RunSpec(spec, origin.noise(), origin.network(), origin.loss(), protocol, origin.seed());
    String fingerprint = origin.noise().fingerprint();
    String id = RunId.of(run, digest, fingerprint, origin.loss().toString());
    RunRecord record =
        new RunRecord(
            RunRecord.FORMAT,
            id,
            run,
            new RunRecord.Data(
                digest,
                log.samples(),
                0,
                images.map(i -> i.data().train().shape()).orElse(new ImageShape(1, 1, 1)),
                classNames),
            new RunRecord.Noise(fingerprint, draw.realizedRate(), draw.realizedMatrix()),
            new RunRecord.Execution(Device.CPU, 1),
            0,
            RunRecord.Provenance.here());
    StudyDirectory.Identity identity =
        new StudyDirectory.Identity(
            RunRecord.FORMAT, spec.dataset(), digest, origin.network(), protocol, spec);
    Path directory = out.resolve("runs").resolve(id);
    try (StudyDirectory study =
        StudyDirectory.open(out, identity, 2L * log.samples() * log.epochs())) {
      if (Files.exists(directory)) {
        throw new InputException(
            out
                + " has this run already; give another seed, loss or noise, or delete "
                + directory);
      }
      write(log, record, images, draw, directory);
      study.summarize();
    }
    return directory;
  }

  private static void write(
      TrainingLog log, RunRecord record, Optional<Images> images, NoiseDraw draw, Path directory)
      throws IOException {
    long[] ids =
        images
            .map(i -> i.data().train().ids())
            .orElseGet(() -> LongStream.range(0, log.samples()).toArray());
    try (RunDirectory run = RunDirectory.open(directory, record)) {
      run.begin(record, ids, log.original(), draw);
      for (int e = 1; e <= log.epochs(); e++) {
        int[] predicted = log.predicted(e);
        int index = e - 1;
        EpochRecord row =
            new EpochRecord(
                e,
                log.losses().map(losses -> losses[index]).orElse(Double.NaN),
                Memorization.of(predicted, log.observed(), log.original()),
                log.test().map(test -> test[index]).orElse(Double.NaN),
                new EpochRecord.Running(Double.NaN, Double.NaN, Double.NaN),
                Double.NaN,
                0,
                EpochRecord.Extra.NONE);
        run.epoch(row, predicted, Map.of());
      }
      run.finished(Map.of());
    }
  }

  private static void requireRate(LabelNoise noise, double realized, int samples) {
    OptionalDouble stated = noise.symmetricRate();
    if (stated.isPresent()) {
      double rate = stated.getAsDouble();
      double spread = Math.sqrt(rate * (1 - rate) / samples);
      if (Math.abs(realized - rate) > TOLERANCE * spread) {
        throw new InputException(
            "noise %s does not fit the labels, of which %.2f%% are altered"
                .formatted(noise, 100 * realized));
      }
    }
  }

  private static DataSpec noImages() {
    return DataSpec.of(NoImages.NAME, Optional.empty());
  }

  /** Runs with the same original labels are taken to be of the same data. */
  private static String digest(int[] labels) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * labels.length);
    bytes.asIntBuffer().put(labels);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}

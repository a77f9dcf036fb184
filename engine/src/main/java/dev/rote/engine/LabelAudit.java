package dev.rote.engine;

import dev.rote.audit.Audit;
import dev.rote.audit.AuditFiles;
import dev.rote.audit.AuditResult;
import dev.rote.audit.AuditedSamples;
import dev.rote.audit.DetectionQuality;
import dev.rote.audit.Dynamics;
import dev.rote.audit.HeldOut;
import dev.rote.audit.NearDuplicates;
import dev.rote.data.DataSet;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.Duplicates;
import dev.rote.data.LabelFile;
import dev.rote.data.LabelledImages;
import dev.rote.data.ReadDataSet;
import dev.rote.loss.Losses;
import dev.rote.noise.LabelNoise;
import dev.rote.run.DirectoryLock;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.text.Count;
import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Audits the labels of a data set: how many are wrong, and which ones.
 *
 * <pre>{@code
 * AuditReport report =
 *     LabelAudit.run(AuditSpec.of(images), Path.of("audit"), new StudyListener() {});
 * System.out.println(report.result().noiseRate());
 * }</pre>
 */
public final class LabelAudit {
  private final AuditSpec spec;
  private final Path out;
  private final StudyListener listener;
  private final ImageSource source;

  private LabelAudit(AuditSpec spec, Path out, StudyListener listener) {
    this.spec = spec;
    this.out = out;
    this.listener = listener;
    this.source = new ImageSource(spec.data(), out);
  }

  /**
   * Trains a network for each fold of the images, estimates the noise from what the networks say
   * about the images that they were not trained on, and writes {@code audit.json}, {@code
   * suspects.csv}, {@code dynamics.csv} and, for a folder, {@code manifest.csv}, as {@code rote
   * audit} does. Repeating the call continues where an earlier one stopped. To stop it, interrupt
   * the thread.
   *
   * @param out directory of the results
   * @throws InputException if the specification, the images or {@code out} cannot be used
   * @throws IncompleteException if the training of a network fails, for example because it diverges
   * @throws InterruptedException if the thread is interrupted
   */
  public static AuditReport run(AuditSpec spec, Path out, StudyListener listener)
      throws IOException, InterruptedException {
    return new LabelAudit(spec, out, listener).run();
  }

  /**
   * Reads the images and chooses what an audit would train, as {@code rote audit --dry-run} does.
   * Trains at most a trial of some seconds, and writes nothing to {@code out}.
   *
   * @throws InputException if the specification, the images or {@code out} cannot be used
   * @throws InterruptedException if the thread is interrupted
   */
  public static AuditPlan plan(AuditSpec spec, Path out, StudyListener listener)
      throws IOException, InterruptedException {
    LossSpec loss = Losses.of(spec.training().loss()).spec();
    LabelAudit audit = new LabelAudit(spec, out, listener);
    audit.source.requireUsable();
    AuditDirectory.refuseUntrained(out);
    ReadDataSet read = DataSets.read(spec.data());
    LabelledImages images = read.data().train();
    int[] observed = audit.observed(images);
    return new AuditPlan(
        images.size(),
        images.classNames(),
        audit.settle(read.data(), loss),
        loss,
        ImageSource.warnings(read, Duplicates.of(images, observed)));
  }

  private int[] observed(LabelledImages images) {
    int[] observed =
        spec.noise()
            .map(noise -> noise.draw(images, spec.seed()).observed())
            .orElseGet(images::labels);
    HeldOut.requireAuditable(observed, images.classNames());
    return observed;
  }

  private AuditSettings settle(DataSet data, LossSpec loss)
      throws IOException, InterruptedException {
    Device device = GpuState.choose(spec.machine().device(), listener::notice);
    return new AuditSettings.Stated(spec.training(), spec.machine())
        .settle(spec.data(), data, loss, out, device, listener::notice);
  }

  private AuditReport run() throws IOException, InterruptedException {
    LossSpec loss = Losses.of(spec.training().loss()).spec();
    source.requireUsable();
    AuditDirectory.refuseUntrained(out);
    ReadDataSet read = DataSets.read(spec.data());
    LabelledImages images = read.data().train();
    int[] observed = observed(images);
    AuditSettings settings = settle(read.data(), loss);
    try (DirectoryLock lock = AuditDirectory.lock(out)) {
      listener.notice(settings.explanation());
      read.data()
          .test()
          .ifPresent(
              test ->
                  listener.notice(
                      "%,d training images are audited, the %,d test images are not"
                          .formatted(images.size(), test.size())));
      AuditedSamples samples = AuditedSamples.of(images, observed);
      AuditDirectory.requireOwnDecisions(out, samples);
      Duplicates duplicates = Duplicates.of(images, observed);
      List<Duplicates.Group> near = NearDuplicates.of(images, observed);
      List<String> warnings = new ArrayList<>(ImageSource.warnings(read, duplicates));
      if (!near.isEmpty()) {
        warnings.add(
            "images that are nearly the same under different labels: "
                + Count.of(near.size(), "group"));
      }
      warnings.forEach(warning -> listener.notice("Warning: " + warning));
      Dynamics dynamics = train(read.data(), observed, settings, loss, warnings);
      HeldOut heldOut = new HeldOut(dynamics.probabilities(), observed, images.classNames());
      AuditResult result =
          Audit.of(heldOut, dynamics)
              .warning(warnings)
              .nearDuplicatesFirst(near)
              .copiesFirst(duplicates.conflicting());
      boolean originalKnown = spec.noise().isPresent() || images.original().isPresent();
      AuditReport report =
          new AuditReport(
              out,
              title(),
              result,
              samples,
              new AuditReport.Source(source.manifest(), source.root(), read.unreadable()),
              originalKnown
                  ? Optional.of(DetectionQuality.of(result.ranking(), images.originalLabels()))
                  : Optional.empty(),
              Optional.of(new AuditReport.Images(settings, loss, duplicates, near)),
              Optional.empty());
      AuditFiles.writeDynamics(out.resolve(AuditFiles.DYNAMICS), dynamics, heldOut, samples);
      if (spec.data().dataset().equals("folder")) {
        AuditFiles.writeManifest(
            source.manifest().orElseThrow(),
            source.root().orElseThrow(),
            whole(samples, read.source()),
            read.unreadable());
      }
      AuditDirectory.write(report);
      return report;
    }
  }

  /**
   * Trains the networks of all rounds. From the second round on they train on the labels as the
   * round before corrects them: these are right more often, so the networks are too. Iterative
   * cross-validation (INCV, Chen et al. 2019) goes the same way, but leaves suspects out. The folds
   * stay the same, so no network judges a sample on which it was trained; networks that corrected
   * the labels that it trains on may have been. A round whose labels would be those of the round
   * before would end with the same networks, and is left out.
   *
   * @return statistics of the first round, which are about the observed labels, with the held-out
   *     probabilities of all rounds: their mean is right more often than that of the last alone
   */
  private Dynamics train(
      DataSet data, int[] observed, AuditSettings settings, LossSpec loss, List<String> warnings)
      throws IOException, InterruptedException {
    LabelledImages images = data.train();
    CrossValidation folds =
        new CrossValidation(
            spec.data(),
            labels(1, images, observed),
            settings.network(),
            loss,
            settings.protocol(),
            settings.scheme(),
            1,
            spec.seed());
    Dynamics dynamics = trainRound(folds, data, observed, settings, warnings);
    int[] trainedOn = observed;
    for (int round = 2; round <= settings.rounds(); round++) {
      HeldOut heldOut = new HeldOut(dynamics.probabilities(), observed, images.classNames());
      AuditResult result = Audit.of(heldOut, dynamics);
      int[] corrected = result.corrected(heldOut);
      if (!result.fitted() || Arrays.equals(corrected, trainedOn)) {
        return dynamics;
      }
      listener.notice(
          "Round %d: trains again, with %,d of the %,d labels corrected"
              .formatted(round, differing(observed, corrected), observed.length));
      folds = folds.next(labels(round, images, corrected));
      trainedOn = corrected;
      dynamics =
          dynamics.withFurther(trainRound(folds, data, corrected, settings, warnings).opinions());
    }
    return dynamics;
  }

  private Dynamics trainRound(
      CrossValidation folds,
      DataSet data,
      int[] labels,
      AuditSettings settings,
      List<String> warnings)
      throws IOException, InterruptedException {
    List<CrossValidation.Network> networks =
        new FoldTraining(folds, settings.allocation(), out, listener).train(data, labels, warnings);
    return folds.read(data.train(), networks);
  }

  private static long differing(int[] labels, int[] others) {
    return IntStream.range(0, labels.length).filter(i -> labels[i] != others[i]).count();
  }

  private String title() {
    DataSpec data = spec.data();
    return data.path().map(path -> data.dataset() + " " + path).orElse(data.dataset())
        + spec.noise().map(noise -> " with " + noise).orElse("");
  }

  /**
   * Writes the labels that a round trains on, with sample ids, so that every fold finds its own.
   */
  private LabelNoise labels(int round, LabelledImages images, int[] labels) throws IOException {
    Path file = out.resolve(AuditFiles.labelsOfRound(round)).toAbsolutePath();
    LabelFile.write(file, images.ids(), labels, images.classNames());
    return LabelNoise.parse("labels(" + Term.word(file.toString()) + ")");
  }

  /** Returns all samples of the source of which the audited ones may be a part. */
  private static AuditedSamples whole(AuditedSamples audited, ReadDataSet.Samples source) {
    Map<Long, Integer> observed = new HashMap<>();
    for (int i = 0; i < audited.ids().length; i++) {
      observed.put(audited.ids()[i], audited.labels()[i]);
    }
    int[] labels = source.labels().clone();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = observed.getOrDefault(source.ids()[i], labels[i]);
    }
    return new AuditedSamples(
        source.ids(),
        labels,
        audited.classNames(),
        source.paths(),
        Optional.empty(),
        Optional.empty(),
        1);
  }
}

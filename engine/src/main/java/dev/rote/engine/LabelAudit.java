package dev.rote.engine;

import dev.rote.audit.Audit;
import dev.rote.audit.AuditFiles;
import dev.rote.audit.AuditResult;
import dev.rote.audit.AuditedSamples;
import dev.rote.audit.ConfidentJoint;
import dev.rote.audit.Decision;
import dev.rote.audit.DetectionQuality;
import dev.rote.audit.Dynamics;
import dev.rote.audit.Estimate;
import dev.rote.audit.Features;
import dev.rote.audit.HeldOut;
import dev.rote.audit.Judgement;
import dev.rote.audit.MultiLabelAudit;
import dev.rote.audit.MultiLabels;
import dev.rote.audit.NamedLabels;
import dev.rote.audit.NearDuplicates;
import dev.rote.audit.NeighbourConsensus;
import dev.rote.audit.Rate;
import dev.rote.data.Classes;
import dev.rote.data.DataSet;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.Duplicates;
import dev.rote.data.LabelFile;
import dev.rote.data.LabelledImages;
import dev.rote.data.NumberTable;
import dev.rote.data.ReadDataSet;
import dev.rote.data.SampleTable;
import dev.rote.loss.Losses;
import dev.rote.noise.LabelNoise;
import dev.rote.run.DirectoryLock;
import dev.rote.run.StudyDirectory;
import dev.rote.study.Device;
import dev.rote.study.LossSpec;
import dev.rote.text.InputException;
import dev.rote.text.Term;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;

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
  /** Most similar samples that are asked about a label. */
  private static final int NEIGHBOURS = 10;

  /** How often a network that learned much less than the others is trained with another seed. */
  private static final int MOST_AGAIN = 2;

  /** Largest number of samples of which all pairs are compared. */
  private static final int MOST_COMPARED = 20_000;

  private static final String PATH = "path";
  private static final String ORIGINAL = "original_label";

  private final AuditSpec spec;
  private final Path out;
  private final StudyListener listener;

  private LabelAudit(AuditSpec spec, Path out, StudyListener listener) {
    this.spec = spec;
    this.out = out;
    this.listener = listener;
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
   * Audits labels by the held-out predictions of another system; trains nothing. Writes {@code
   * audit.json} and {@code suspects.csv}.
   *
   * @param probabilities NPY, NPZ or CSV file, {@code [N,K]}; where samples carry several labels,
   *     the probability of each, and rows do not sum to 1
   * @param logits whether the file holds logits: their softmax, or their logistic function where
   *     samples carry several labels, are the probabilities
   * @param source the labels that belong to them
   * @param out directory of the results
   * @throws InputException if a file or {@code out} cannot be used
   */
  public static AuditReport ofPredictions(
      Path probabilities, boolean logits, LabelSource source, Path out) throws IOException {
    NumberTable given = NumberTable.read(probabilities);
    if (source.separator().isPresent()) {
      return ofSeveralLabels(probabilities, logits ? given.logistic() : given, source, out);
    }
    NumberTable table = logits ? given.softmax() : given;
    int samples = table.rows().length;
    Optional<SampleTable> manifest = source.table(samples);
    NamedLabels named =
        NamedLabels.ofColumns(
            source.labels(manifest),
            samples,
            manifest.flatMap(m -> m.column(PATH)),
            table.width(),
            source.classNames().isEmpty() ? table.columns().orElse(List.of()) : source.classNames(),
            table.source());
    HeldOut heldOut = new HeldOut(table.rows(), named.labels(), named.classNames());
    refuseTrained(out);
    List<String> notes = new ArrayList<>(named.notes());
    notes.addAll(HeldOut.rounding(table.rows()));
    AuditReport report =
        report(
            out,
            Audit.of(heldOut).warning(notes),
            source,
            named,
            manifest,
            new AuditReport.Predictions(
                Optional.of(probabilities),
                Optional.empty(),
                source.file(),
                ConfidentJoint.of(heldOut).joint(),
                Optional.empty()));
    try (DirectoryLock lock = lock(out)) {
      write(report);
    }
    return report;
  }

  /** Audits every class of samples that may carry several labels as a question. */
  private static AuditReport ofSeveralLabels(
      Path file, NumberTable table, LabelSource source, Path out) throws IOException {
    int samples = table.rows().length;
    Optional<SampleTable> manifest = source.table(samples);
    MultiLabels labels =
        source.multiLabels(
            manifest,
            source.classNames().isEmpty() ? table.columns().orElse(List.of()) : source.classNames(),
            table.width(),
            table.source());
    refuseTrained(out);
    AuditResult result = MultiLabelAudit.of(table.rows(), labels).warning(labels.notes());
    Optional<List<String>> paths = manifest.flatMap(m -> m.column(PATH));
    AuditedSamples questions =
        labels.questions(paths, manifest.flatMap(m -> m.texts(source.text(), source.shown())));
    requireOwnDecisions(out, questions);
    AuditReport report =
        new AuditReport(
            out,
            String.format(
                Locale.ROOT,
                "%s: %,d samples, %,d classes",
                source.file(),
                samples,
                labels.classes()),
            result,
            questions,
            source(source, paths),
            manifest
                .flatMap(m -> m.column(ORIGINAL))
                .map(cells -> labels.answers(source.file().toString(), cells))
                .map(original -> DetectionQuality.of(result.ranking(), original)),
            Optional.empty(),
            Optional.of(
                new AuditReport.Predictions(
                    Optional.of(file),
                    Optional.empty(),
                    source.file(),
                    new double[0][],
                    Optional.of(labels.sets()))));
    try (DirectoryLock lock = lock(out)) {
      write(report);
    }
    return report;
  }

  /**
   * Audits labels by features of any encoder: trains a linear classifier on them, and compares each
   * label with those of the most similar samples. Writes {@code audit.json}, {@code suspects.csv}
   * and {@code neighbours.csv}.
   *
   * @param file NPY, NPZ or CSV file, {@code [N,D]}
   * @param source the labels that belong to them
   * @param seed seed of the folds
   * @param out directory of the results
   * @throws InputException if a file or {@code out} cannot be used
   */
  public static AuditReport ofFeatures(Path file, LabelSource source, long seed, Path out)
      throws IOException {
    return ofFeatures(file, source, seed, out, List.of());
  }

  /**
   * Audits labelled images by features that an encoder computes, as {@link #ofFeatures}. Writes
   * {@code features.npy} as well and, for a folder or where images are left out because they cannot
   * be read, {@code manifest.csv}: the images in the order of the features.
   *
   * @param data the images
   * @param seed seed of the folds
   * @param out directory of the results
   * @throws InputException if the images or {@code out} cannot be used
   */
  public static AuditReport ofImages(
      DataSpec data, ImageEncoder encoder, long seed, Path out, StudyListener listener)
      throws IOException {
    refuseTrained(out);
    requireUsable(data, out);
    LabelAudit audit = new LabelAudit(AuditSpec.of(data), out, listener);
    ReadDataSet read = DataSets.read(audit.spec.data());
    LabelledImages images = read.data().train();
    HeldOut.requireAuditable(images.labels(), images.classNames());
    List<String> warnings = warnings(read, Duplicates.of(images, images.labels()));
    warnings.forEach(warning -> listener.notice("Warning: " + warning));
    float[][] features = encoder.features(images, audit.root());
    Path file = out.resolve(AuditFiles.FEATURES);
    LabelSource source;
    try (DirectoryLock lock = lock(out)) {
      NumberTable.write(file, features);
      source = audit.source(images, read.unreadable().isEmpty());
    }
    return ofFeatures(file, source, seed, out, warnings);
  }

  /** Writes, where needed, a file of the labels of images in their order. */
  private LabelSource source(LabelledImages images, boolean whole) throws IOException {
    if (root().isEmpty()) {
      Path labels = out.resolve(AuditFiles.LABELS);
      long[] positions = LongStream.range(0, images.size()).toArray();
      LabelFile.write(labels, positions, images.labels(), images.classNames());
      return LabelSource.of(labels);
    }
    Path list = manifest().orElseThrow();
    if (spec.data().dataset().equals("folder")
        || !whole
        || spec.data().subset().train().isPresent()) {
      list = out.resolve(AuditFiles.MANIFEST);
      AuditFiles.writeManifest(
          list, root().orElseThrow(), AuditedSamples.of(images, images.labels()), List.of());
    }
    return new LabelSource(
        Optional.empty(),
        Optional.of(list),
        images.classNames(),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  private static AuditReport ofFeatures(
      Path file, LabelSource source, long seed, Path out, List<String> warnings)
      throws IOException {
    NumberTable table = NumberTable.read(file);
    Features features = new Features(table.rows());
    int samples = table.rows().length;
    Optional<SampleTable> manifest = source.table(samples);
    NamedLabels named =
        NamedLabels.of(
            source.labels(manifest),
            samples,
            manifest.flatMap(m -> m.column(PATH)),
            source.classNames(),
            table.source());
    int[] observed = named.labels();
    HeldOut heldOut = features.predict(observed, named.classNames(), seed);
    refuseTrained(out);
    AuditResult result = Audit.of(heldOut).warning(warnings);
    Optional<int[][]> nearest =
        heldOut.size() <= MOST_COMPARED
            ? Optional.of(features.nearest(NEIGHBOURS))
            : Optional.empty();
    if (nearest.isPresent()
        && heldOut.classes() <= NeighbourConsensus.MOST_CLASSES
        && heldOut.size() > 2) {
      result =
          result.estimate(
              new Estimate(
                  "neighbour consensus",
                  Rate.without(
                      NeighbourConsensus.of(observed, nearest.get(), heldOut.classes())
                          .noiseRate()),
                  "labels of the most similar samples; too high where similar samples differ in"
                      + " class"));
    }
    AuditReport report =
        report(
            out,
            result,
            source,
            named,
            manifest,
            new AuditReport.Predictions(
                Optional.empty(),
                Optional.of(file),
                source.file(),
                ConfidentJoint.of(heldOut).joint(),
                Optional.empty()));
    try (DirectoryLock lock = lock(out)) {
      if (nearest.isPresent()) {
        AuditFiles.writeNeighbours(
            out.resolve(AuditFiles.NEIGHBOURS),
            Features.disagreement(nearest.get(), observed),
            report.samples());
      }
      write(report);
    }
    return report;
  }

  private static void requireUsable(DataSpec data, Path out) {
    data.requireApart(out);
    AuditFiles.requireOwn(out);
  }

  private static DirectoryLock lock(Path out) {
    AuditFiles.requireOwn(out);
    try {
      return DirectoryLock.tryAcquire(out)
          .orElseThrow(
              () ->
                  new InputException(
                      "another audit is writing to %s now; wait for it, or choose another --out"
                          .formatted(out)));
    } catch (IOException e) {
      throw InputException.cannotWrite("results to", out, e);
    }
  }

  private static void refuseTrained(Path out) {
    AuditFiles.requireOwn(out);
    if (Files.exists(out.resolve("folds"))) {
      throw new InputException(out + " holds an audit that trained networks; choose another --out");
    }
  }

  private static AuditReport report(
      Path out,
      AuditResult result,
      LabelSource source,
      NamedLabels labels,
      Optional<SampleTable> manifest,
      AuditReport.Predictions predictions) {
    Optional<List<String>> paths = manifest.flatMap(m -> m.column(PATH));
    AuditedSamples samples =
        AuditedSamples.of(
            labels, paths, manifest.flatMap(m -> m.texts(source.text(), source.shown())));
    requireOwnDecisions(out, samples);
    return new AuditReport(
        out,
        source.file().toString(),
        result,
        samples,
        source(source, paths),
        manifest
            .flatMap(m -> m.column(ORIGINAL))
            .map(original -> Classes.indices(original, labels.classNames()))
            .map(original -> DetectionQuality.of(result.ranking(), original)),
        Optional.empty(),
        Optional.of(predictions));
  }

  /** Refuses to audit other data beside decisions, which would then seem to be about these. */
  private static void requireOwnDecisions(Path out, AuditedSamples samples) {
    List<Decision> unused = AuditFiles.readDecisions(out, samples);
  }

  private static AuditReport.Source source(LabelSource source, Optional<List<String>> paths) {
    return new AuditReport.Source(
        source.manifest().filter(m -> source.labels().isEmpty()),
        paths.flatMap(p -> source.manifest()).map(m -> m.toAbsolutePath().getParent()));
  }

  private static void write(AuditReport report) throws IOException {
    AuditJson.write(report);
    AuditFiles.writeSuspects(
        report.out().resolve(AuditFiles.SUSPECTS), report.result(), report.samples());
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
    requireUsable(spec.data(), out);
    ReadDataSet read = DataSets.read(spec.data());
    LabelledImages images = read.data().train();
    LabelAudit audit = new LabelAudit(spec, out, listener);
    int[] observed = audit.observed(images);
    return new AuditPlan(
        images.size(),
        images.classNames(),
        audit.settle(read.data(), loss),
        loss,
        warnings(read, Duplicates.of(images, observed)));
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
    requireUsable(spec.data(), out);
    ReadDataSet read = DataSets.read(spec.data());
    LabelledImages images = read.data().train();
    int[] observed = observed(images);
    AuditSettings settings = settle(read.data(), loss);
    try (DirectoryLock lock = lock(out)) {
      listener.notice(settings.explanation());
      read.data()
          .test()
          .ifPresent(
              test ->
                  listener.notice(
                      "%,d training images are audited, the %,d test images are not"
                          .formatted(images.size(), test.size())));
      AuditedSamples samples = AuditedSamples.of(images, observed);
      requireOwnDecisions(out, samples);
      Duplicates duplicates = Duplicates.of(images, observed);
      List<Duplicates.Group> near = NearDuplicates.of(images, observed);
      List<String> warnings = new ArrayList<>(warnings(read, duplicates));
      if (!near.isEmpty()) {
        warnings.add(
            "images that are nearly the same under different labels: %,d groups"
                .formatted(near.size()));
      }
      warnings.forEach(warning -> listener.notice("Warning: " + warning));
      CrossValidation folds =
          new CrossValidation(
              spec.data(),
              LabelNoise.parse(
                  "labels(" + Term.word(writeLabels(images, observed).toString()) + ")"),
              settings.network(),
              loss,
              settings.protocol(),
              settings.scheme(),
              spec.seed());
      List<CrossValidation.Network> networks =
          train(folds, read.data(), observed, settings, warnings);
      Dynamics dynamics = folds.read(images, networks);
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
              new AuditReport.Source(manifest(), root()),
              originalKnown
                  ? Optional.of(DetectionQuality.of(result.ranking(), images.originalLabels()))
                  : Optional.empty(),
              Optional.of(
                  new AuditReport.Images(settings, loss, duplicates, near, read.unreadable())),
              Optional.empty());
      AuditFiles.writeDynamics(out.resolve(AuditFiles.DYNAMICS), dynamics, heldOut, samples);
      if (spec.data().dataset().equals("folder")) {
        AuditFiles.writeManifest(
            manifest().orElseThrow(),
            root().orElseThrow(),
            whole(samples, read.source()),
            read.unreadable());
      }
      write(report);
      return report;
    }
  }

  /**
   * Trains all networks. One that learned much less than the others is trained again with another
   * seed, and the better of its trainings counts.
   *
   * @param warnings gets one for each such network
   */
  private List<CrossValidation.Network> train(
      CrossValidation folds,
      DataSet data,
      int[] observed,
      AuditSettings settings,
      List<String> warnings)
      throws IOException, InterruptedException {
    List<CrossValidation.Network> first = folds.networks(data, out);
    train(first, settings);
    List<CrossValidation.Network> best = new ArrayList<>(first);
    List<Judgement> judgements = new ArrayList<>(folds.judgements(data.train(), observed, best));
    List<Integer> weak = folds.weak(judgements);
    for (int again = 1; again <= MOST_AGAIN && !weak.isEmpty(); again++) {
      Map<Integer, CrossValidation.Network> others = new TreeMap<>();
      for (int network : weak) {
        listener.notice(
            "Training %s again with another seed: it learned much less than the others."
                .formatted(name(best.get(network))));
        others.put(network, folds.network(network, again, data, out));
      }
      train(List.copyOf(others.values()), settings);
      for (Map.Entry<Integer, CrossValidation.Network> other : others.entrySet()) {
        int i = other.getKey();
        Judgement judgement = folds.judgement(i, other.getValue(), data.train(), observed);
        if (judgement.agreement() > judgements.get(i).agreement()) {
          judgements.set(i, judgement);
          best.set(i, other.getValue());
        }
      }
      weak = folds.weak(judgements);
    }
    for (int i = 0; i < best.size(); i++) {
      if (weak.contains(i)) {
        warnings.add(
            name(best.get(i)) + " learned much less than the others, with other seeds too");
      } else if (!best.get(i).equals(first.get(i))) {
        warnings.add(
            "%s learned much less than the others and is replaced by %s, trained with another seed"
                .formatted(name(first.get(i)), out.relativize(best.get(i).place())));
      }
    }
    return best;
  }

  private String name(CrossValidation.Network network) {
    return "the network in " + out.relativize(network.place());
  }

  private void train(List<CrossValidation.Network> networks, AuditSettings settings)
      throws IOException, InterruptedException {
    List<PlannedRun> runs = new ArrayList<>();
    networks.forEach(network -> runs.addAll(network.plan().runs()));
    List<StudyDirectory> held = new ArrayList<>();
    try (Launcher launcher = new LocalLauncher(out, settings.allocation())) {
      for (CrossValidation.Network network : networks) {
        StudyPlan plan = network.plan();
        held.add(StudyDirectory.open(network.place(), plan.identity(), plan.bytesToWrite()));
      }
      List<RunFailure> missing =
          Outcomes.train(launcher, runs, new StopAtFailure(listener, launcher));
      if (!missing.isEmpty()) {
        throw new IncompleteException(missing, runs.size());
      }
    } finally {
      for (StudyDirectory directory : held) {
        directory.close();
      }
    }
  }

  /** Ends an audit with the first run that fails, since the audit needs them all. */
  private static final class StopAtFailure extends Outcomes {
    private final Launcher launcher;

    StopAtFailure(StudyListener listener, Launcher launcher) {
      super(listener);
      this.launcher = launcher;
    }

    @Override
    public void failed(PlannedRun run, String reason, boolean refused) {
      super.failed(run, reason, refused);
      launcher.close();
    }
  }

  /** Writes the labels with sample ids, so that every fold finds its own. */
  private Path writeLabels(LabelledImages images, int[] observed) throws IOException {
    Path file = out.resolve(AuditFiles.LABELS);
    LabelFile.write(file, images.ids(), observed, images.classNames());
    return file.toAbsolutePath();
  }

  private String title() {
    DataSpec data = spec.data();
    return data.path().map(path -> data.dataset() + " " + path).orElse(data.dataset())
        + spec.noise().map(noise -> " with " + noise).orElse("");
  }

  /** Returns warnings about the images themselves. */
  private static List<String> warnings(ReadDataSet read, Duplicates duplicates) {
    List<String> warnings = new ArrayList<>(read.notes());
    if (!read.unreadable().isEmpty()) {
      warnings.add(
          "images that cannot be read and are left out: %,d; the first, %s, %s"
              .formatted(
                  read.unreadable().size(),
                  read.unreadable().get(0).path(),
                  read.unreadable().get(0).reason()));
    }
    read.data()
        .test()
        .map(test -> Duplicates.leakage(read.data().train(), test))
        .filter(leakage -> leakage.images() > 0)
        .ifPresent(
            leakage ->
                warnings.add(
                    "test images that are also among the training images: %,d, with another label: %,d; test accuracy is too high, so take them out of one part"
                        .formatted(leakage.images(), leakage.relabelled())));
    if (!duplicates.conflicting().isEmpty()) {
      warnings.add(
          "images that occur several times under different labels: %,d; labels that are wrong for certain: at least %,d"
              .formatted(duplicates.conflicting().size(), duplicates.atLeastWrong()));
    }
    return warnings;
  }

  /** Returns the list of images that decisions are applied to, if they are files. */
  private Optional<Path> manifest() {
    return switch (spec.data().dataset()) {
      case "folder" -> Optional.of(out.resolve(AuditFiles.MANIFEST));
      case "manifest" -> spec.data().path().map(Path::of);
      default -> Optional.empty();
    };
  }

  /** Returns the directory that paths of images are relative to, if they are files. */
  private Optional<Path> root() {
    Optional<Path> there =
        spec.data().path().map(path -> Path.of(path).toAbsolutePath().normalize());
    return switch (spec.data().dataset()) {
      case "folder" -> there;
      case "manifest" -> there.map(Path::getParent);
      default -> Optional.empty();
    };
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

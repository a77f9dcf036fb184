package dev.rote.engine;

import dev.rote.audit.Audit;
import dev.rote.audit.AuditFiles;
import dev.rote.audit.AuditResult;
import dev.rote.audit.AuditedSamples;
import dev.rote.audit.ConfidentJoint;
import dev.rote.audit.DetectionQuality;
import dev.rote.audit.Estimate;
import dev.rote.audit.Features;
import dev.rote.audit.HeldOut;
import dev.rote.audit.MultiLabelAudit;
import dev.rote.audit.MultiLabels;
import dev.rote.audit.NamedLabels;
import dev.rote.audit.NeighbourConsensus;
import dev.rote.audit.Rate;
import dev.rote.data.Classes;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.Duplicates;
import dev.rote.data.LabelledImages;
import dev.rote.data.NumberTable;
import dev.rote.data.ReadDataSet;
import dev.rote.data.SampleTable;
import dev.rote.data.UnreadableFile;
import dev.rote.format.Npy;
import dev.rote.run.DirectoryLock;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Audits labels by predictions that another system made, or by features of any encoder. Trains no
 * network.
 */
public final class PredictionAudit {
  /** Most similar samples that are asked about a label. */
  private static final int NEIGHBOURS = 10;

  /** Largest number of samples of which all pairs are compared. */
  private static final int MOST_COMPARED = 20_000;

  private static final String PATH = "path";
  private static final String ORIGINAL = "original_label";

  private PredictionAudit() {}

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
   * @param listener learns at once if the columns seem to be in another order than the classes
   * @throws InputException if a file or {@code out} cannot be used
   */
  public static AuditReport of(
      Path probabilities, boolean logits, LabelSource source, Path out, StudyListener listener)
      throws IOException {
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
            source.classNames(table),
            table.source());
    HeldOut heldOut = new HeldOut(table.rows(), named.labels(), named.classNames());
    AuditDirectory.refuseTrained(out);
    List<String> notes = new ArrayList<>();
    heldOut.doubtfulColumns(table.source()).ifPresent(notes::add);
    notes.forEach(doubt -> listener.notice("Warning: " + doubt));
    AuditResult result = Audit.of(heldOut);
    notes.addAll(named.notes());
    if (!result.fitted() && !named.notes().isEmpty()) {
      notes.add("if that order is wrong, the predictions know nothing of these labels");
    }
    notes.addAll(HeldOut.rounding(table.rows()));
    return written(
        report(
            out,
            result.warning(notes),
            source,
            named,
            manifest,
            List.of(),
            new AuditReport.Predictions(
                Optional.of(probabilities),
                Optional.empty(),
                source.file(),
                ConfidentJoint.of(heldOut).joint(),
                Optional.empty())));
  }

  /** Audits every class of samples that may carry several labels as a question. */
  private static AuditReport ofSeveralLabels(
      Path file, NumberTable table, LabelSource source, Path out) throws IOException {
    int samples = table.rows().length;
    Optional<SampleTable> manifest = source.table(samples);
    MultiLabels labels =
        source.multiLabels(manifest, source.classNames(table), table.width(), table.source());
    AuditDirectory.refuseTrained(out);
    AuditResult result = MultiLabelAudit.of(table.rows(), labels).warning(labels.notes());
    Optional<List<String>> paths = manifest.flatMap(m -> m.column(PATH));
    AuditedSamples questions =
        labels.questions(paths, manifest.flatMap(m -> m.texts(source.text(), source.shown())));
    AuditDirectory.requireOwnDecisions(out, questions);
    return written(
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
            source(source, paths, List.of()),
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
                    Optional.of(labels.sets())))));
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
    return ofFeatures(file, source, seed, out, List.of(), List.of());
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
    AuditDirectory.refuseTrained(out);
    ImageSource source = new ImageSource(data, out);
    source.requireUsable();
    ReadDataSet read = DataSets.read(data.leavingOutUnreadable());
    LabelledImages images = read.data().train();
    HeldOut.requireAuditable(images.labels(), images.classNames());
    List<String> warnings = ImageSource.warnings(read, Duplicates.of(images, images.labels()));
    warnings.forEach(warning -> listener.notice("Warning: " + warning));
    float[][] features = encoder.features(images, source.root());
    Path file = out.resolve(AuditFiles.FEATURES);
    LabelSource labels;
    try (DirectoryLock lock = AuditDirectory.lock(out)) {
      NumberTable.write(file, features);
      labels = source.labels(images, read.unreadable().isEmpty());
    }
    return ofFeatures(file, labels, seed, out, warnings, read.unreadable());
  }

  private static AuditReport ofFeatures(
      Path file,
      LabelSource source,
      long seed,
      Path out,
      List<String> warnings,
      List<UnreadableFile> unreadable)
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
    AuditDirectory.refuseTrained(out);
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
            unreadable,
            new AuditReport.Predictions(
                Optional.empty(),
                Optional.of(file),
                source.file(),
                ConfidentJoint.of(heldOut).joint(),
                Optional.empty()));
    try (DirectoryLock lock = AuditDirectory.lock(out)) {
      if (nearest.isPresent()) {
        AuditFiles.writeNeighbours(
            out.resolve(AuditFiles.NEIGHBOURS),
            Features.disagreement(nearest.get(), observed),
            report.samples());
      }
      AuditDirectory.write(report);
    }
    return report;
  }

  private static AuditReport written(AuditReport report) throws IOException {
    try (DirectoryLock lock = AuditDirectory.lock(report.out())) {
      AuditDirectory.write(report);
    }
    return report;
  }

  private static AuditReport report(
      Path out,
      AuditResult result,
      LabelSource source,
      NamedLabels labels,
      Optional<SampleTable> manifest,
      List<UnreadableFile> unreadable,
      AuditReport.Predictions predictions)
      throws IOException {
    Optional<List<String>> paths = manifest.flatMap(m -> m.column(PATH));
    AuditedSamples samples =
        AuditedSamples.of(
            labels, paths, manifest.flatMap(m -> m.texts(source.text(), source.shown())));
    AuditDirectory.requireOwnDecisions(out, samples);
    return new AuditReport(
        out,
        source.file().toString(),
        result,
        samples,
        source(source, paths, unreadable),
        manifest
            .flatMap(m -> m.column(ORIGINAL))
            .map(original -> Classes.indices(original, labels.classNames()))
            .map(original -> DetectionQuality.of(result.ranking(), original)),
        Optional.empty(),
        Optional.of(predictions));
  }

  private static AuditReport.Source source(
      LabelSource source, Optional<List<String>> paths, List<UnreadableFile> unreadable)
      throws IOException {
    return new AuditReport.Source(
        source.separator().isPresent() || Npy.isNpy(source.file())
            ? Optional.of(source.file())
            : source.manifest().filter(m -> source.labels().isEmpty()),
        paths.flatMap(p -> source.manifest()).map(m -> m.toAbsolutePath().getParent()),
        unreadable);
  }
}

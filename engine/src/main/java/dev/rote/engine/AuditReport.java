package dev.rote.engine;

import dev.rote.audit.AuditResult;
import dev.rote.audit.AuditedSamples;
import dev.rote.audit.DetectionQuality;
import dev.rote.audit.LabelSets;
import dev.rote.data.Duplicates;
import dev.rote.data.UnreadableFile;
import dev.rote.study.LossSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The results of an audit, as stored in its directory.
 *
 * @param out directory of the results
 * @param title name of what was audited
 * @param result noise rate, transition matrix and ranking
 * @param samples the audited samples
 * @param source files that the samples come from
 * @param againstOriginal how well wrong labels were found, if the original labels are known
 * @param images facts about the images, if networks were trained on them
 * @param predictions facts about the predictions, if another system's predictions were used instead
 */
public record AuditReport(
    Path out,
    String title,
    AuditResult result,
    AuditedSamples samples,
    Source source,
    Optional<DetectionQuality> againstOriginal,
    Optional<Images> images,
    Optional<Predictions> predictions) {

  /**
   * Files that samples come from.
   *
   * @param manifest list of the samples that decisions can be applied to, if there is one
   * @param root directory that paths of images are relative to, if they are files
   * @param unreadable images that were left out
   */
  public record Source(
      Optional<Path> manifest, Optional<Path> root, List<UnreadableFile> unreadable) {
    /** Copies the list. */
    public Source {
      unreadable = List.copyOf(unreadable);
    }
  }

  /**
   * An audit that trained networks on images.
   *
   * @param settings what was trained
   * @param loss the loss
   * @param duplicates images that occur several times
   * @param near images that are nearly the same under different labels
   */
  public record Images(
      AuditSettings settings, LossSpec loss, Duplicates duplicates, List<Duplicates.Group> near) {
    /** Copies the list. */
    public Images {
      near = List.copyOf(near);
    }
  }

  /**
   * An audit of another system's predictions or features.
   *
   * @param probabilities file of held-out probabilities, {@code [N,K]}, if they were given
   * @param features file of features, {@code [N,D]}, if a linear classifier was trained on them
   * @param labels file of the observed labels, {@code [N]}
   * @param confidentJoint confident joint, {@code [K][K]}; empty where samples carry several labels
   * @param sets how several labels of a sample are written; nothing if each has one label
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Predictions(
      Optional<Path> probabilities,
      Optional<Path> features,
      Path labels,
      double[][] confidentJoint,
      Optional<LabelSets> sets) {}
}

package dev.rote.report.audit;

import dev.rote.audit.AuditResult;
import dev.rote.audit.AuditedSamples;
import dev.rote.audit.ClassRate;
import dev.rote.audit.Estimate;
import dev.rote.audit.Rate;
import dev.rote.audit.Suspect;
import dev.rote.data.ImagePreview;
import dev.rote.format.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All that {@code audit.html} shows.
 *
 * @param title name of the data set
 * @param audit what tells this audit from others: decisions are kept in the browser under it, so it
 *     must change with the data and stay when the same audit is written again
 * @param verdict what was found, in plain sentences; {@link #verdict(Rate, int)} writes one
 * @param classNames names of the K classes, in label order
 * @param noiseRate headline share of wrong labels
 * @param estimates the ways of estimating it, side by side
 * @param classes noise class by class; may be empty
 * @param warnings what the reader must know before trusting the figures; may be empty
 * @param suspects all samples, most suspect first
 * @param tables shown at the end, in order
 * @param command that makes the page again; may be empty
 * @param apply command that turns exported decisions into a corrected manifest; empty where there
 *     is no manifest
 * @param root URI that the samples' paths are relative to, so that the images themselves can be
 *     opened where the page is read on the machine that has them; empty where there are no files
 */
public record AuditPage(
    String title,
    String audit,
    String verdict,
    List<String> classNames,
    Rate noiseRate,
    List<Estimate> estimates,
    List<ClassRate> classes,
    List<String> warnings,
    List<ReviewSample> suspects,
    List<FactTable> tables,
    String command,
    String apply,
    String root) {
  /** Pixels of an embedded image's longer side, twice what the page shows it at. */
  private static final int LONGEST = 240;

  /**
   * Lists are copied.
   *
   * @throws IllegalArgumentException where a suspect's class is outside [0, K)
   */
  public AuditPage {
    Objects.requireNonNull(title);
    Objects.requireNonNull(audit);
    Objects.requireNonNull(verdict);
    Objects.requireNonNull(noiseRate);
    Objects.requireNonNull(command);
    Objects.requireNonNull(apply);
    Objects.requireNonNull(root);
    classNames = List.copyOf(classNames);
    estimates = List.copyOf(estimates);
    classes = List.copyOf(classes);
    warnings = List.copyOf(warnings);
    suspects = List.copyOf(suspects);
    tables = List.copyOf(tables);
    for (ReviewSample suspect : suspects) {
      if (Math.max(suspect.observed(), suspect.suggested()) >= classNames.size()) {
        throw new IllegalArgumentException(
            "sample %d is of class %d or %d, outside [0, %d)"
                .formatted(
                    suspect.id(), suspect.observed(), suspect.suggested(), classNames.size()));
      }
    }
  }

  /**
   * The page of an audit.
   *
   * @param samples what was audited
   * @param embedded how many of the most suspect samples are shown with their image: that of its
   *     file, made small, where there is one, else as it was trained on
   * @param directory that the samples' paths are relative to, if there are files
   */
  public static AuditPage of(
      String title,
      AuditResult result,
      AuditedSamples samples,
      int embedded,
      List<FactTable> tables,
      String command,
      String apply,
      Optional<Path> directory) {
    List<Integer> shown = result.ranking().stream().limit(embedded).map(Suspect::position).toList();
    List<Optional<byte[]>> pictures =
        shown.parallelStream().map(at -> picture(samples, at, directory)).toList();
    List<ReviewSample> suspects = new ArrayList<>();
    for (Suspect suspect : result.ranking()) {
      int at = suspect.position();
      suspects.add(
          new ReviewSample(
              samples.ids()[at],
              samples.paths().map(paths -> paths.get(at)).orElse(""),
              suspect.observed(),
              suspect.suggested(),
              suspect.score(),
              suspect.probabilityWrong(),
              suspects.size() < pictures.size()
                  ? pictures.get(suspects.size())
                  : Optional.empty()));
    }
    return new AuditPage(
        title,
        title + " " + samples.fingerprint(),
        result.verdict(),
        samples.classNames(),
        result.noiseRate(),
        result.estimates(),
        result.classRates(),
        result.warnings(),
        suspects,
        tables,
        command,
        apply,
        directory.map(AuditPage::uri).orElse(""));
  }

  private static Optional<byte[]> picture(
      AuditedSamples samples, int at, Optional<Path> directory) {
    Optional<Path> file =
        directory.flatMap(there -> samples.paths().map(paths -> there.resolve(paths.get(at))));
    return file.flatMap(there -> ImagePreview.of(there, LONGEST))
        .or(() -> samples.images().map(images -> ImagePng.of(images, at)));
  }

  private static String uri(Path directory) {
    String uri = directory.toUri().toString();
    return uri.endsWith("/") ? uri : uri + "/";
  }

  /**
   * Returns the script part of a Content-Security-Policy under which a server may send the page:
   * only the script of this build runs, whatever the page's data hold.
   */
  public static String servedPolicy() {
    return AuditHtml.policy();
  }

  /** Replaces {@code file} by this page: one HTML file that needs no other and asks for none. */
  public void write(Path file) throws IOException {
    AtomicFile.writeString(file, new AuditHtml(this).text());
  }
}

package dev.rote.report.audit;

import dev.rote.audit.AuditResult;
import dev.rote.audit.AuditedSamples;
import dev.rote.audit.ClassRate;
import dev.rote.audit.Decision;
import dev.rote.audit.Estimate;
import dev.rote.audit.Suspect;
import dev.rote.data.ImagePreview;
import dev.rote.format.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All that {@code audit.html} shows.
 *
 * @param title name of the data set
 * @param audit tells this audit from others: browsers keep decisions under it, so it must change
 *     with the data and stay when the same audit is written again
 * @param finding what was found
 * @param classNames names of the K classes, in label order
 * @param suspects the most suspect samples, most suspect first
 * @param tables shown at the end, in order
 * @param use what the reader can do with the page
 * @param questions number of questions about each sample: 1, or K where samples carry several
 *     labels; entries are then questions, and the classes 2k and 2k+1 are the answers to one
 */
public record AuditPage(
    String title,
    String audit,
    Finding finding,
    List<String> classNames,
    List<ReviewSample> suspects,
    List<FactTable> tables,
    Use use,
    int questions) {
  /** Largest size in bytes of all images in a page, and of all samples with them. */
  private static final long MOST_IMAGE_BYTES = 16_000_000;

  private static final long MOST_BYTES = 26_000_000;

  /** Samples of each class that show what it looks like. */
  private static final int TYPICAL = 3;

  private static final int MOST_CLASSES_SHOWN = 200;

  /** Number of images encoded at a time. */
  private static final int BATCH = 500;

  /** Pixels of the longer side of an embedded image: twice its size on the page. */
  private static final int LONGEST = 240;

  /**
   * What was found.
   *
   * @param verdict in plain sentences
   * @param fitted whether the networks learned enough for the figures to mean anything
   * @param wrong estimated number of wrong labels; as many samples are shown at first
   * @param expected how many of these samples are expected to have a wrong label
   * @param estimates all estimates of the share of wrong labels, the headline first
   * @param classes noise class by class; may be empty
   * @param warnings what the reader must know before trusting the figures; may be empty
   */
  public record Finding(
      String verdict,
      boolean fitted,
      int wrong,
      int expected,
      List<Estimate> estimates,
      List<ClassRate> classes,
      List<String> warnings) {
    public Finding {
      Objects.requireNonNull(verdict);
      estimates = List.copyOf(estimates);
      classes = List.copyOf(classes);
      warnings = List.copyOf(warnings);
      if (wrong < 0 || expected < 0 || expected > wrong) {
        throw new IllegalArgumentException(
            "%d of %d suspects cannot be wrong".formatted(expected, wrong));
      }
    }

    /** Returns the findings that the page shows of a result. */
    static Finding of(AuditResult result) {
      return new Finding(
          result.verdict(),
          result.fitted(),
          result.suspects(),
          result.expectedWrong(),
          result.estimates(),
          result.classRates(),
          result.warnings());
    }
  }

  /**
   * What the reader can do with the page.
   *
   * @param command makes the page again; may be empty
   * @param apply turns exported decisions into a corrected manifest; empty where there is none
   * @param images directory that the samples' paths are relative to, so that images can be opened
   *     on the machine that has them; empty where there are no files
   * @param decided decisions that were made before, which the page starts with
   */
  public record Use(String command, String apply, Optional<Path> images, List<Decision> decided) {
    /** No command and no files. */
    public static final Use NONE = new Use("", "", Optional.empty());

    /** Makes a page without earlier decisions. */
    public Use(String command, String apply, Optional<Path> images) {
      this(command, apply, images, List.of());
    }

    public Use {
      decided = List.copyOf(decided);
      Objects.requireNonNull(command);
      Objects.requireNonNull(apply);
      Objects.requireNonNull(images);
    }

    /** Returns the directory as a URI that ends in a slash; empty where there is none. */
    String root() {
      return images
          .map(directory -> directory.toUri().toString())
          .map(uri -> uri.endsWith("/") ? uri : uri + "/")
          .orElse("");
    }
  }

  /** Makes a page of samples with one label each. */
  public AuditPage(
      String title,
      String audit,
      Finding finding,
      List<String> classNames,
      List<ReviewSample> suspects,
      List<FactTable> tables,
      Use use) {
    this(title, audit, finding, classNames, suspects, tables, use, 1);
  }

  /**
   * Lists are copied.
   *
   * @throws IllegalArgumentException if a suspect's class is outside [0, K)
   */
  public AuditPage {
    Objects.requireNonNull(title);
    Objects.requireNonNull(audit);
    Objects.requireNonNull(finding);
    Objects.requireNonNull(use);
    classNames = List.copyOf(classNames);
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
   * Returns the page of an audit. So that the page stays below 30 MB, it may have fewer images than
   * asked for, and list only the most suspect samples.
   *
   * @param samples what was audited
   * @param embedded number of the most suspect samples whose images are in the page: a reduced copy
   *     of the file if there is one, else the image as the network saw it
   */
  public static AuditPage of(
      String title,
      AuditResult result,
      AuditedSamples samples,
      int embedded,
      List<FactTable> tables,
      Use use) {
    List<Optional<byte[]>> pictures = new ArrayList<>();
    long bytes = 0;
    while (pictures.size() < Math.min(embedded, result.ranking().size())
        && bytes < MOST_IMAGE_BYTES) {
      int end = Math.min(Math.min(embedded, result.ranking().size()), pictures.size() + BATCH);
      List<Optional<byte[]>> batch =
          result.ranking().subList(pictures.size(), end).parallelStream()
              .map(suspect -> picture(samples, suspect.position(), use.images()))
              .toList();
      for (Optional<byte[]> picture : batch) {
        long size = picture.map(p -> p.length * 4L / 3).orElse(0L);
        bytes += size;
        pictures.add(bytes <= MOST_IMAGE_BYTES ? picture : Optional.empty());
      }
    }
    Map<Integer, byte[]> typical = typical(result, samples, embedded, use.images());
    List<ReviewSample> suspects = new ArrayList<>();
    bytes = 0;
    for (Suspect suspect : result.ranking()) {
      int at = suspect.position();
      ReviewSample sample =
          new ReviewSample(
              samples.ids()[at],
              samples.paths().map(paths -> paths.get(at)).orElse(""),
              suspect.observed(),
              suspect.suggested(),
              suspect.score(),
              suspect.probabilityWrong(),
              suspects.size() < pictures.size()
                  ? pictures.get(suspects.size())
                  : Optional.ofNullable(typical.get(at)),
              samples.texts().map(texts -> texts.get(at)).orElse(""));
      bytes += sample.pageBytes();
      if (bytes > MOST_BYTES) {
        break;
      }
      suspects.add(sample);
    }
    return new AuditPage(
        title,
        title + " " + samples.fingerprint(),
        Finding.of(
            suspects.size() == result.ranking().size()
                ? result
                : result.warning(
                    List.of(
                        "this page lists the %,d most suspect of %,d %s; suspects.csv lists all"
                            .formatted(
                                suspects.size(),
                                result.ranking().size(),
                                samples.questions() > 1 ? "answers" : "samples")))),
        samples.classNames(),
        suspects,
        tables,
        use,
        samples.questions());
  }

  /**
   * Returns pictures of the least suspect samples of each class, by position: what the class looks
   * like. No other class is likelier than theirs, so their scores are negative.
   */
  private static Map<Integer, byte[]> typical(
      AuditResult result, AuditedSamples samples, int embedded, Optional<Path> directory) {
    Map<Integer, byte[]> pictures = new HashMap<>();
    if (embedded == 0
        || samples.questions() > 1
        || samples.classNames().size() > MOST_CLASSES_SHOWN) {
      return pictures;
    }
    int[] found = new int[samples.classNames().size()];
    for (int rank = result.ranking().size() - 1; rank >= 0; rank--) {
      Suspect sample = result.ranking().get(rank);
      if (sample.score() < 0 && found[sample.observed()] < TYPICAL) {
        found[sample.observed()]++;
        picture(samples, sample.position(), directory)
            .ifPresent(picture -> pictures.put(sample.position(), picture));
      }
    }
    return pictures;
  }

  /** Returns a small picture of a sample, if there is any. */
  static Optional<byte[]> picture(AuditedSamples samples, int at, Optional<Path> directory) {
    Optional<Path> file =
        directory.flatMap(there -> samples.paths().map(paths -> there.resolve(paths.get(at))));
    return file.flatMap(there -> ImagePreview.of(there, LONGEST))
        .or(() -> samples.images().map(images -> ImagePng.of(images, at)));
  }

  /**
   * Returns the script part of a Content-Security-Policy under which a server may send the page:
   * only the script of this build runs, whatever the page's data hold.
   */
  public static String servedPolicy() {
    return AuditHtml.policy();
  }

  /**
   * Returns a page as a server may send it: one that another version wrote says that its script
   * does not run there.
   */
  public static String served(String html) {
    return AuditHtml.served(html);
  }

  /** Replaces {@code file} by this page: one self-contained HTML file. */
  public void write(Path file) throws IOException {
    AtomicFile.writeString(file, new AuditHtml(this).text());
  }
}

package dev.rote.cli;

import dev.rote.engine.LabelSource;
import dev.rote.text.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of an audit by predictions or features of another system. */
final class PredictionOptions {
  private static final String SEPARATOR = ";";

  @Option(
      names = "--pred-probs",
      paramLabel = "FILE",
      description =
          "held-out probabilities of another system, [N,K] as NPY, NPZ, CSV or Parquet; trains"
              + " nothing")
  Path predProbs;

  @Option(names = "--logits", description = "--pred-probs holds logits, not probabilities")
  boolean logits;

  @Option(
      names = "--multi-label",
      arity = "0..1",
      paramLabel = "SEPARATOR",
      fallbackValue = SEPARATOR,
      description =
          "samples carry any number of labels: --pred-probs holds a probability of each class,"
              + " --labels zeros and ones, [N,K], or the column label of --manifest several names"
              + " (between them: '"
              + SEPARATOR
              + "' or SEPARATOR)")
  private String separator;

  @Option(
      names = "--features",
      paramLabel = "FILE",
      description =
          "features of any encoder, [N,D] as NPY, NPZ, CSV or Parquet; trains a linear classifier"
              + " instead of a network")
  Path features;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "the labels that belong to --pred-probs or --features, [N] as NPY, NPZ, CSV or Parquet:"
              + " class names, or numbers from 0")
  private Path labels;

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "column of --manifest with the text of each sample, which audit.html shows")
  private String textColumn;

  @Option(
      names = "--show",
      paramLabel = "NAMES",
      split = ",",
      description = "further columns of --manifest that audit.html shows, as in title,source")
  private List<String> show = List.of();

  @Option(
      names = "--class-names",
      paramLabel = "NAMES",
      split = ",",
      description = "names of the columns of --pred-probs, as in cat,dog,horse")
  private List<String> names = List.of();

  /**
   * Returns whether an audit of predictions or features is requested.
   *
   * @throws InputException if options contradict each other
   */
  boolean given() {
    if (predProbs != null || features != null || labels != null) {
      if ((predProbs == null) == (features == null)) {
        throw new InputException(
            "--labels belongs to --pred-probs or --features: give it and one of the two");
      }
      if ((logits || separator != null) && predProbs == null) {
        throw new InputException("--logits and --multi-label belong to --pred-probs");
      }
      return true;
    }
    if (!names.isEmpty() || textColumn != null || !show.isEmpty() || logits || separator != null) {
      throw new InputException(
          "--class-names, --text-column, --show, --logits and --multi-label belong to --pred-probs"
              + " and --features");
    }
    return false;
  }

  LabelSource source(Optional<Path> manifest) {
    return new LabelSource(
        Optional.ofNullable(labels),
        manifest,
        names.stream().map(String::strip).toList(),
        Optional.ofNullable(textColumn),
        show,
        Optional.ofNullable(separator));
  }
}

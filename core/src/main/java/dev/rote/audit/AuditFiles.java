package dev.rote.audit;

import dev.rote.data.UnreadableFile;
import dev.rote.format.AtomicFile;
import dev.rote.run.DirectoryLock;
import dev.rote.run.Json;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Writes the files of an audit, and reads what later commands need of them. */
public final class AuditFiles {
  /** Names of the files in an audit's directory. */
  public static final String AUDIT = "audit.json";

  public static final String SUSPECTS = "suspects.csv";

  /** The labels that the networks train on in the first round, by sample id; written first. */
  public static final String LABELS = "trained_labels.csv";

  /** What reviewers decided; only they and the page's server write it. */
  public static final String DECISIONS = "decisions.csv";

  private static final String MULTI_LABEL = "multi_label";

  public static final String DYNAMICS = "dynamics.csv";
  public static final String MANIFEST = "manifest.csv";
  public static final String NEIGHBOURS = "neighbours.csv";

  /** The features that an encoder computed, {@code [N,D]}. */
  public static final String FEATURES = "features.npy";

  private AuditFiles() {}

  /**
   * Returns the name of the file of the labels that a round trains on, {@link #LABELS} or like it.
   */
  public static String labelsOfRound(int round) {
    return round == 1 ? LABELS : "trained_labels-" + round + ".csv";
  }

  /** Returns whether a directory is that of an audit, finished or not. */
  public static boolean holdsAudit(Path directory) {
    return Files.exists(directory.resolve(AUDIT)) || Files.exists(directory.resolve(LABELS));
  }

  /**
   * Refuses a directory that holds something else than an audit; changes nothing.
   *
   * @throws InputException with the reason
   */
  public static void requireOwn(Path out) {
    if (!Files.exists(out) || holdsAudit(out)) {
      return;
    }
    if (!Files.isDirectory(out)) {
      throw new InputException("output " + out + " is a file, not a directory");
    }
    // what an audit with an encoder has written if it stopped before its end
    List<String> begun =
        Files.exists(out.resolve(FEATURES)) ? List.of(FEATURES, MANIFEST) : List.of();
    try (Stream<Path> content = Files.list(out)) {
      if (content.anyMatch(
          file -> !DirectoryLock.isLock(file) && !begun.contains("" + file.getFileName()))) {
        throw new InputException(
            "output directory %s is not empty and holds no audit; choose another --out"
                .formatted(out));
      }
    } catch (IOException e) {
      throw InputException.cannotRead(out, e);
    }
  }

  /**
   * Reads the decisions in an audit's directory, which an audit that is repeated there keeps.
   *
   * @param samples what is audited now
   * @return none if there is no {@code decisions.csv}, or all have been withdrawn
   * @throws InputException if one is about another sample, label or class than there is now
   */
  public static List<Decision> readDecisions(Path out, AuditedSamples samples) {
    Path file = out.resolve(DECISIONS);
    List<Decision> decisions =
        Decisions.isWithoutRows(file)
            ? List.of()
            : Decisions.read(file).rows().stream().map(Decisions.Row::decision).toList();
    Map<Long, Integer> positions = new HashMap<>();
    for (int i = 0; i < samples.ids().length && !decisions.isEmpty(); i++) {
      positions.put(samples.ids()[i], i);
    }
    for (Decision decision : decisions) {
      Integer at = positions.get(decision.id());
      boolean same =
          at != null
              && samples.classNames().get(samples.labels()[at]).equals(decision.observed())
              && (decision.label().isEmpty() || samples.classNames().contains(decision.label()))
              && samples.paths().map(paths -> paths.get(at).equals(decision.path())).orElse(true);
      if (!same) {
        throw new InputException(
            "%s is about other data: sample %d here is not%s labelled '%s'; choose another --out, or move that file away"
                .formatted(
                    file,
                    decision.id(),
                    decision.path().isEmpty() ? "" : " " + decision.path(),
                    decision.observed()));
      }
    }
    return decisions;
  }

  /**
   * Writes {@code audit.json}.
   *
   * @param more further facts, after what the result says; keys in snake case
   */
  public static void writeAudit(
      Path file, AuditResult result, List<String> classNames, Map<String, Object> more)
      throws IOException {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("noise_rate", known(result.noiseRate()));
    content.put("interval", interval(result.noiseRate()));
    content.put("verdict", result.verdict());
    content.put("suspects", result.suspects());
    content.put("expected_wrong", result.expectedWrong());
    content.put("expected_precision", known(result.precision()));
    content.put("expected_precision_interval", interval(result.precision()));
    content.put("fitted", result.fitted());
    content.put("estimators", result.estimates().stream().map(AuditFiles::estimator).toList());
    content.put("warnings", result.warnings());
    content.put("samples", result.ranking().size());
    content.put("class_names", classNames);
    content.put("class_rates", result.classRates().stream().map(AuditFiles::classRate).toList());
    content.put("transition", result.transition().value());
    content.put("transition_low", result.transition().low());
    content.put("transition_high", result.transition().high());
    content.putAll(more);
    AtomicFile.writeString(file, Json.WITHOUT_NAN.writeValueAsString(content) + "\n");
  }

  private static Double known(Rate rate) {
    return Double.isNaN(rate.value()) ? null : rate.value();
  }

  private static List<Double> interval(Rate rate) {
    return rate.hasInterval() ? List.of(rate.low(), rate.high()) : null;
  }

  private static Map<String, Object> estimator(Estimate estimate) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", estimate.name());
    fields.put("noise_rate", estimate.rate().value());
    fields.put("interval", interval(estimate.rate()));
    fields.put("what", estimate.what());
    return fields;
  }

  private static Map<String, Object> classRate(ClassRate rate) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", rate.name());
    fields.put("samples", rate.samples());
    fields.put("noise_rate", known(rate.rate()));
    fields.put("interval", interval(rate.rate()));
    return fields;
  }

  /**
   * Writes {@code suspects.csv}: all samples, most suspect first. Text that a spreadsheet would
   * take for a formula gets an apostrophe in front ({@link CsvRow#safe}). Where samples carry
   * several labels, each row is about one of them, and two more columns name the sample and whether
   * the label seems to be missing or extra.
   */
  public static void writeSuspects(Path file, AuditResult result, AuditedSamples samples)
      throws IOException {
    boolean several = samples.questions() > 1;
    List<String> header =
        new ArrayList<>(
            List.of("rank", "id", "path", "observed", "suggested", "score", "probability_wrong"));
    if (several) {
      header.addAll(List.of("sample", "label"));
    }
    StringBuilder text = new StringBuilder(CsvRow.line(header));
    int rank = 0;
    for (Suspect suspect : result.ranking()) {
      int at = suspect.position();
      List<String> row =
          new ArrayList<>(
              List.of(
                  Integer.toString(++rank),
                  Long.toString(samples.ids()[at]),
                  CsvRow.safe(samples.paths().map(p -> p.get(at)).orElse("")),
                  CsvRow.safe(samples.classNames().get(suspect.observed())),
                  CsvRow.safe(samples.classNames().get(suspect.suggested())),
                  String.format(Locale.ROOT, "%.6g", suspect.score()),
                  Double.isNaN(suspect.probabilityWrong())
                      ? ""
                      : String.format(Locale.ROOT, "%.6f", suspect.probabilityWrong())));
      if (several) {
        row.add(Integer.toString(samples.sample(at)));
        row.add(suspect.suggested() % 2 == 1 ? "missing" : "extra");
      }
      text.append(CsvRow.line(row));
    }
    AtomicFile.writeString(file, text.toString());
  }

  /**
   * Writes {@code neighbours.csv}: all samples, those first whose most similar samples most often
   * carry another label.
   */
  public static void writeNeighbours(Path file, double[] disagreement, AuditedSamples samples)
      throws IOException {
    StringBuilder text = new StringBuilder("rank,id,observed,neighbours_with_another_label\n");
    List<Integer> order =
        IntStream.range(0, disagreement.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -disagreement[i]))
            .toList();
    int rank = 0;
    for (int i : order) {
      text.append(
          CsvRow.line(
              List.of(
                  Integer.toString(++rank),
                  Long.toString(samples.ids()[i]),
                  CsvRow.safe(samples.classNames().get(samples.labels()[i])),
                  String.format(Locale.ROOT, "%.3f", disagreement[i]))));
    }
    AtomicFile.writeString(file, text.toString());
  }

  /** Writes {@code dynamics.csv}: what training showed of each sample, in their order. */
  public static void writeDynamics(
      Path file, Dynamics dynamics, HeldOut heldOut, AuditedSamples samples) throws IOException {
    double[] selfConfidence = LabelQuality.selfConfidence(heldOut);
    double[] margin = LabelQuality.normalizedMargin(heldOut);
    StringBuilder text =
        new StringBuilder(
            "id,observed,aum,confidence,variability,correctness,forgetting,"
                + "held_out_confidence,held_out_margin\n");
    for (int i = 0; i < heldOut.size(); i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%d,%.5g,%.5f,%.5f,%.4f,%.3f,%.5f,%.5f\n",
              samples.ids()[i],
              heldOut.labels()[i],
              dynamics.aum()[i],
              dynamics.confidence()[i],
              dynamics.variability()[i],
              dynamics.correctness()[i],
              dynamics.forgetting()[i],
              selfConfidence[i],
              margin[i]));
    }
    AtomicFile.writeString(file, text.toString());
  }

  /**
   * Writes {@code manifest.csv}, which decisions about the images of a folder are applied to: a row
   * for each file, those that cannot be read included, so that a row's place is a sample's id.
   * Paths are relative to the file where they can be.
   *
   * @param root that the samples' paths are relative to
   */
  public static void writeManifest(
      Path file, Path root, AuditedSamples samples, List<UnreadableFile> unreadable)
      throws IOException {
    Path from = file.toAbsolutePath().normalize().getParent();
    Path images = root.toAbsolutePath().normalize();
    SortedMap<Long, String> rows = new TreeMap<>();
    List<String> paths = samples.paths().orElseThrow();
    for (int i = 0; i < paths.size(); i++) {
      rows.put(
          samples.ids()[i], row(from, images.resolve(paths.get(i)), samples.labels()[i], samples));
    }
    for (UnreadableFile left : unreadable) {
      // Those of a test part come after, with ids of their own.
      rows.putIfAbsent(left.id(), row(from, images.resolve(left.path()), left.label(), samples));
    }
    AtomicFile.writeString(
        file, CsvRow.line(List.of("path", "label")) + String.join("", rows.values()));
  }

  private static String row(Path from, Path image, int label, AuditedSamples samples) {
    return CsvRow.line(List.of(relative(from, image), samples.classNames().get(label)));
  }

  /** Returns a path relative to a directory, with slashes; absolute where they share no root. */
  static String relative(Path directory, Path file) {
    return Objects.equals(directory.getRoot(), file.getRoot())
        ? directory.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/")
        : file.toString();
  }

  /**
   * Reads which images an audit left out because they cannot be read.
   *
   * @param audit directory of the audit
   * @return none if the directory holds no {@code audit.json}
   * @throws InputException if the file cannot be read
   */
  public static List<UnreadableFile> readUnreadable(Path audit) {
    return read(
        audit,
        facts -> {
          List<UnreadableFile> unreadable = new ArrayList<>();
          for (JsonNode node : facts.path("unreadable")) {
            unreadable.add(
                new UnreadableFile(
                    node.path("id").asLong(),
                    node.path("path").asString(),
                    node.path("label").asInt(),
                    node.path("reason").asString()));
          }
          return unreadable;
        });
  }

  /**
   * Reads how an audit's table writes several labels of a sample.
   *
   * @param audit directory of the audit
   * @return nothing if its samples have one label each, or the directory holds no {@code
   *     audit.json}
   * @throws InputException if the file cannot be read
   */
  public static Optional<LabelSets> readLabelSets(Path audit) {
    return read(
        audit,
        facts -> {
          JsonNode sets = facts.path(MULTI_LABEL);
          return sets.isMissingNode()
              ? Optional.empty()
              : Optional.of(
                  new LabelSets(sets.path("separator").asString(), names(sets.path("classes"))));
        });
  }

  /** Returns how samples with several labels are written, as a field of {@code audit.json}. */
  public static Map<String, Object> labelSets(LabelSets sets) {
    return Map.of(MULTI_LABEL, sets);
  }

  /** Returns the folder that was audited, if the directory is that of an audit of a folder. */
  public static Optional<Path> readFolder(Path audit) {
    return Files.exists(audit.resolve(MANIFEST))
        ? Optional.of(read(audit, facts -> facts.path("images").asString("")))
            .filter(t -> !t.isEmpty())
            .map(Path::of)
        : Optional.empty();
  }

  /** Returns the names of the classes of an audit, in the order of its labels. */
  public static List<String> readClassNames(Path audit) {
    return read(audit, facts -> names(facts.path("class_names")));
  }

  private static List<String> names(JsonNode array) {
    List<String> names = new ArrayList<>();
    array.forEach(name -> names.add(name.asString()));
    return names;
  }

  /**
   * Reads {@code audit.json}.
   *
   * @param audit directory of the audit
   * @param use what to take from its object, which is empty if there is no such file
   * @throws InputException if the file cannot be read, or does not hold what is taken from it
   */
  public static <T> T read(Path audit, Function<JsonNode, T> use) {
    Path file = audit.resolve(AUDIT);
    try {
      return use.apply(
          Files.isRegularFile(file)
              ? Json.WITHOUT_NAN.readTree(Files.readAllBytes(file))
              : Json.WITHOUT_NAN.createObjectNode());
    } catch (IOException e) {
      throw InputException.cannotRead(file, e);
    } catch (JacksonException e) {
      throw new InputException(file + " is damaged: " + e.getOriginalMessage(), e);
    }
  }
}

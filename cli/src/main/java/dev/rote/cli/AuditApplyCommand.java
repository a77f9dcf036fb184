package dev.rote.cli;

import dev.rote.audit.AuditFiles;
import dev.rote.audit.CorrectedAnnotations;
import dev.rote.audit.CorrectedFolder;
import dev.rote.audit.CorrectedParquet;
import dev.rote.audit.Correction;
import dev.rote.audit.Decisions;
import dev.rote.audit.FiftyOne;
import dev.rote.audit.LabelSets;
import dev.rote.audit.LabelStudio;
import dev.rote.data.Annotations;
import dev.rote.text.Count;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rote audit apply}: corrected data from decisions. */
@Command(
    name = "apply",
    description = {
      "Writes corrected data from decisions about labels; changes none of your files.",
      "Decisions are files exported from audit.html, or annotations exported from Label Studio as"
          + " JSON, or labels that FiftyOne exported. Samples that reviewers decided about"
          + " differently stay as they were, and are listed."
    },
    mixinStandardHelpOptions = true)
final class AuditApplyCommand implements Callable<Integer> {
  private static final int SHOWN = 20;

  /** What is written. */
  enum Form {
    MANIFEST,
    METADATA,
    FOLDER,
    MOVES,
    FIFTYONE,
    COCO,
    VOC,
    OPEN_IMAGES,
    CVAT,
    PARQUET;

    /** Returns whether it can be written from what {@code data manifest} read. */
    boolean hasAnnotations() {
      return switch (this) {
        case COCO, VOC, OPEN_IMAGES, CVAT, PARQUET -> true;
        case MANIFEST, METADATA, FOLDER, MOVES, FIFTYONE -> false;
      };
    }

    /** Returns its name on the command line. */
    @Override
    public String toString() {
      return Names.of(this);
    }
  }

  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "DECISIONS",
      arity = "1..*",
      description =
          "decisions.csv, Label Studio's JSON, or FiftyOne's labels.json; several are merged")
  private List<Path> decisions;

  @Option(
      names = "--manifest",
      required = true,
      paramLabel = "FILE",
      description =
          "what was audited: the manifest, or the labels as an array or a table of zeros and ones;"
              + " for a folder, the audit's manifest.csv")
  private Path manifest;

  @Option(
      names = "--audit",
      paramLabel = "DIR",
      description =
          "directory of the audit, which lists the images that cannot be read, so that their rows"
              + " are left out (default: the directory of --manifest)")
  private Path audit;

  @Option(
      names = "--as",
      paramLabel = "FORM",
      defaultValue = "manifest",
      description =
          "manifest; metadata: metadata.csv of a Hugging Face imagefolder; folder: a new folder of"
              + " images per class; moves: a CSV file of what to move; fiftyone: labels.json; coco,"
              + " voc, open-images, cvat: what 'data manifest' read, corrected; parquet: images and"
              + " labels as Hugging Face stores them (default: ${DEFAULT-VALUE})")
  private String as;

  private Form form;

  @Option(
      names = "--by",
      paramLabel = "HOW",
      defaultValue = "link",
      description =
          "how files come into the folder: link (a hard link, takes no space) or copy (default:"
              + " ${DEFAULT-VALUE})")
  private CorrectedFolder.By by;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "folder that holds all images, for moves and FiftyOne")
  private Path images;

  @Option(
      names = "--annotations",
      paramLabel = "FILE",
      description =
          "for coco, voc, open-images and cvat, and for parquet with all its columns: the file or"
              + " directory from which 'data manifest' made the manifest")
  private Path annotations;

  @Option(
      names = "--label",
      paramLabel = "NAME",
      description = "for parquet with --annotations, the column of the classes (default: label)")
  private String label;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PATH",
      description = "file to write, or new directory")
  private Path out;

  @Override
  public Integer call() throws IOException {
    form = Names.parse("form", Form.class, as);
    if (annotations != null && !form.hasAnnotations()) {
      throw new InputException(
          "--annotations is for --as coco, voc, open-images, cvat and parquet, not %s"
              .formatted(form));
    }
    Path directory = audit != null ? audit : manifest.toAbsolutePath().getParent();
    if (audit != null && !Files.isRegularFile(audit.resolve(AuditFiles.AUDIT))) {
      throw new InputException(
          "%s holds no %s; --audit names the directory that an audit wrote to"
              .formatted(audit, AuditFiles.AUDIT));
    }
    List<Decisions> files = new ArrayList<>();
    for (Path file : decisions) {
      files.addAll(read(file));
    }
    Decisions.Merged merged = Decisions.merge(files);
    Optional<LabelSets> sets = AuditFiles.readLabelSets(directory);
    boolean alone = Correction.holdsLabelsAlone(manifest);
    if (alone && !Files.isRegularFile(directory.resolve(AuditFiles.AUDIT))) {
      throw new InputException(
          "%s holds labels alone: --audit DIR names the directory of its audit, which knows the classes"
              .formatted(manifest));
    }
    if (sets.isPresent() && form != Form.MANIFEST && form != Form.METADATA) {
      throw new InputException(
          "samples with several labels can be written as manifest or metadata; --as %s holds one label for each"
              .formatted(form));
    }
    Correction correction =
        Correction.of(
            merged.decisions(),
            manifest,
            AuditFiles.readUnreadable(directory),
            sets,
            sets.isEmpty() ? classes(directory) : List.of());
    String written = write(correction, directory);
    PrintWriter text = command.commandLine().getOut();
    Correction.Applied applied = correction.applied();
    text.printf(
        "%d kept, %d relabelled, %d dropped, %d not decided and left as they were%n",
        applied.kept(), applied.relabelled(), applied.dropped(), applied.undecided());
    if (applied.unreadable() > 0) {
      text.printf("%d left out because their image cannot be read%n", applied.unreadable());
    }
    List<Long> left = alone ? correction.leftOut() : List.of();
    if (!left.isEmpty()) {
      text.printf(
          "Left out, as they must be of the arrays beside it: %s%s%n",
          left.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", ")),
          left.size() > SHOWN ? " and %,d more".formatted(left.size() - SHOWN) : "");
    }
    if (!merged.conflicts().isEmpty()) {
      text.printf("%d decided differently and left as they were:%n", merged.conflicts().size());
      merged.conflicts().stream().limit(SHOWN).forEach(line -> text.println("  " + line));
      if (merged.conflicts().size() > SHOWN) {
        text.printf("  and %d more%n", merged.conflicts().size() - SHOWN);
      }
    }
    text.println(written);
    text.flush();
    return 0;
  }

  /** Returns the classes of the audit, and those that the annotations declare beside them. */
  private List<String> classes(Path directory) throws IOException {
    Set<String> classes = new LinkedHashSet<>(AuditFiles.readClassNames(directory));
    if (form.hasAnnotations() && annotations != null && Files.exists(annotations)) {
      classes.addAll(Annotations.classes(Annotations.Format.valueOf(form.name()), annotations));
    }
    return List.copyOf(classes);
  }

  private List<Decisions> read(Path file) throws IOException {
    if (Files.isRegularFile(file) && LabelStudio.isExport(file)) {
      return LabelStudio.read(file);
    }
    return List.of(
        Files.isRegularFile(file) && FiftyOne.isLabels(file)
            ? FiftyOne.read(file, requireImages(), manifest)
            : Decisions.read(file));
  }

  private String write(Correction correction, Path directory) throws IOException {
    return switch (form) {
      case MANIFEST -> {
        correction.writeManifest(out);
        yield "Corrected manifest: " + out;
      }
      case METADATA -> {
        correction.writeMetadata(out);
        yield "Corrected metadata: " + out;
      }
      case PARQUET ->
          annotations == null
              ? "%s in %s"
                  .formatted(Count.of(CorrectedParquet.write(correction, out), "image"), out)
              : annotations(correction, Annotations.Format.PARQUET);
      case FOLDER -> {
        CorrectedFolder.Written folder =
            CorrectedFolder.write(correction, AuditFiles.readFolder(directory), out, by);
        yield "%s in %s%s"
            .formatted(
                Count.of(folder.images(), "image"),
                out,
                folder.others().isEmpty()
                    ? ""
                    : ", and as they were, since they were not audited: "
                        + String.join(", ", folder.others()));
      }
      case MOVES ->
          "%s to move: %s"
              .formatted(
                  Count.of(CorrectedFolder.writePlan(correction, requireImages(), out), "file"),
                  out);
      case COCO -> annotations(correction, Annotations.Format.COCO);
      case VOC -> annotations(correction, Annotations.Format.VOC);
      case OPEN_IMAGES -> annotations(correction, Annotations.Format.OPEN_IMAGES);
      case CVAT -> annotations(correction, Annotations.Format.CVAT);
      case FIFTYONE -> {
        FiftyOne.Kind kind = FiftyOne.write(correction, requireImages(), out);
        yield ("Labels for FiftyOne: %s; read them with fiftyone.Dataset.from_dir("
                + "dataset_type=fiftyone.types.%s,"
                + " data_path=\"%s\", labels_path=\"%s\")")
            .formatted(
                out,
                kind.datasetType(),
                images.toAbsolutePath().normalize(),
                out.toAbsolutePath().normalize());
      }
    };
  }

  private String annotations(Correction correction, Annotations.Format format) throws IOException {
    if (annotations == null || !Files.exists(annotations)) {
      throw new InputException(
          "--as %s needs --annotations, what 'data manifest' read".formatted(form));
    }
    CorrectedAnnotations.Written written =
        CorrectedAnnotations.write(
            correction,
            format,
            annotations,
            new Annotations.Reading(Optional.empty(), Optional.ofNullable(label)),
            out);
    return "Corrected annotations: %s (%d changed, %d removed)"
        .formatted(out, written.changed(), written.removed());
  }

  private Path requireImages() {
    if (images == null || !Files.isDirectory(images)) {
      throw new InputException(
          "moves and FiftyOne's labels need --images, the folder of all images");
    }
    return images;
  }
}

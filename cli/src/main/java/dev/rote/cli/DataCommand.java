package dev.rote.cli;

import dev.rote.data.Annotations;
import dev.rote.data.DataSets;
import dev.rote.data.PublicData;
import dev.rote.text.Count;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rote data}: downloads public data sets, and turns annotations into manifests. */
@Command(
    name = "data",
    description = "Downloads public data sets, and turns annotations into manifests.",
    mixinStandardHelpOptions = true)
final class DataCommand implements Runnable {
  private static final long PRINT_EVERY = 8 << 20;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "fetch",
      description =
          "Downloads mnist or cifar10, checks it, and stores it where studies find it. Resumes an"
              + " interrupted download.",
      mixinStandardHelpOptions = true)
  int fetch(
      @Mixin Output.WithJson output,
      @Parameters(paramLabel = "NAME", description = "mnist or cifar10") String name,
      @Option(
              names = "--data",
              paramLabel = "DIR",
              description = "where to put it (default: $ROTE_DATA, else ~/.rote/data)")
          Path data,
      @Option(
              names = "--mirror",
              paramLabel = "URL",
              description = "where to get the files instead of the official source")
          String mirror)
      throws IOException, InterruptedException {
    Path directory = data == null ? DataSets.home() : data;
    long[] printed = new long[1];
    Path target =
        PublicData.fetch(
            name,
            directory,
            Optional.ofNullable(mirror).map(DataCommand::uri),
            (file, bytes) -> {
              if (bytes < printed[0] || bytes - printed[0] >= PRINT_EVERY) {
                printed[0] = bytes;
                output.notice(String.format(Locale.ROOT, "%s: %.1f MB", file, bytes / 1e6));
              }
            });
    output.results().println(name + " is in " + target);
    output.json(Map.of("dataset", name, "path", target.toAbsolutePath().toString()));
    return 0;
  }

  @Command(
      name = "manifest",
      description = {
        "Writes a manifest of labels that an annotation tool exported, for 'audit --manifest' and"
            + " studies.",
        "Each box becomes one sample."
      },
      mixinStandardHelpOptions = true)
  int manifest(
      @Mixin Output.WithJson output,
      @Parameters(paramLabel = "SOURCE", description = "exported file; for voc, the directory")
          Path source,
      @Option(
              names = "--from",
              required = true,
              paramLabel = "FORMAT",
              description = "coco, voc, open-images, label-studio, cvat or parquet")
          String from,
      @Option(
              names = "--images",
              required = true,
              paramLabel = "DIR",
              description =
                  "directory that the names of the images are relative to; for parquet, where they"
                      + " are written")
          Path images,
      @Option(
              names = "--multi-label",
              arity = "0..1",
              fallbackValue = ";",
              paramLabel = "SEPARATOR",
              description =
                  "images may have several labels, or none: writes them with ';' or SEPARATOR"
                      + " between them, for 'audit --multi-label'")
          String separator,
      @Option(
              names = "--label",
              paramLabel = "NAME",
              description =
                  "what holds the classes: for label-studio the control whose choices they are"
                      + " (default: the only one), for parquet the column (default: label)")
          String label,
      @Option(names = "--out", required = true, paramLabel = "FILE", description = "file to write")
          Path out)
      throws IOException {
    Annotations.Format format = Names.parse("format", Annotations.Format.class, from);
    boolean stored = format == Annotations.Format.PARQUET;
    if (!Files.exists(source) || !(stored || Files.isDirectory(images))) {
      throw new InputException(
          "%s does not exist; check the path".formatted(Files.exists(source) ? images : source));
    }
    Annotations.Written written =
        Annotations.write(
            format,
            source,
            images,
            new Annotations.Reading(Optional.ofNullable(separator), Optional.ofNullable(label)),
            out);
    output
        .results()
        .printf(
            Locale.ROOT,
            "%s in %s%s%s%n",
            Count.of(written.rows(), "sample"),
            out,
            written.images() > 0 && written.boxes() > 0
                ? " (whole images: %,d, boxes: %,d)".formatted(written.images(), written.boxes())
                : "",
            written.inWords());
    output.json(Map.of("rows", written.rows(), "left_out", written.left(), "path", out.toString()));
    return 0;
  }

  private static URI uri(String text) {
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // reported below
    }
    throw new InputException(
        "--mirror '" + text + "' is not an address such as https://example.org/data/");
  }
}

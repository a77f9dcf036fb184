package dev.rote.cli;

import dev.rote.data.DataSets;
import dev.rote.data.PublicData;
import dev.rote.text.InputException;
import java.io.IOException;
import java.net.URI;
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

/** {@code rote data}: downloads public data sets. */
@Command(
    name = "data",
    description = "Downloads public data sets.",
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
          "Downloads mnist or cifar10, checks it, and puts it where studies look. Resumes an"
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

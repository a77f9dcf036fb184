package dev.rote.cli;

import dev.rote.data.DataSets;
import dev.rote.data.PublicData;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rote data}: brings public data sets. */
@Command(name = "data", description = "Brings public data sets.", mixinStandardHelpOptions = true)
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
          "Downloads mnist or cifar10, checks it, and puts it where studies look. Goes on where it broke off.",
      mixinStandardHelpOptions = true)
  int fetch(
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
    PrintWriter out = spec.commandLine().getOut();
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
                out.printf("%s: %.1f MB%n", file, bytes / 1e6);
                out.flush();
              }
            });
    out.println(name + " is in " + target);
    out.flush();
    return 0;
  }

  private static URI uri(String text) {
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new InputException(
        "--mirror '" + text + "' is no address such as https://example.org/data/");
  }
}

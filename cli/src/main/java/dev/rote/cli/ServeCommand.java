package dev.rote.cli;

import dev.rote.report.live.LiveServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rote serve}: the live page of studies and audits. */
@Command(
    name = "serve",
    description = {
      "Serves a page that shows studies and audits while they run, or afterwards: several studies"
          + " on one page, or, of a directory that holds them, an index and a page for each.",
      "It reads results directories only; of an audit, it writes the decisions that are made on the"
          + " page."
    },
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Parameters(
      paramLabel = "DIR",
      arity = "1..*",
      description =
          "results directories of studies and audits, finished or not, or directories that hold them")
  private List<Path> directories;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "address to listen on (default: ${DEFAULT-VALUE}, which only this machine can reach)")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "port to listen on (default: any free one)")
  private int port;

  @Option(
      names = "--no-browser",
      description = "do not open the page in the browser of this desktop")
  private boolean noBrowser;

  @Override
  public Integer call() throws InterruptedException {
    try (LiveServer server = LiveServer.start(directories, host, port)) {
      output.results().println(server.address());
      output.results().flush();
      if (!noBrowser) {
        DesktopBrowser.open(server.address());
      }
      output.notice("Ctrl-C stops the page; runs continue.");
      new CountDownLatch(1).await();
    }
    return 0;
  }
}

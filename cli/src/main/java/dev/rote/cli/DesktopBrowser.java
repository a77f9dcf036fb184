package dev.rote.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The browser of the user's desktop. */
final class DesktopBrowser {
  private DesktopBrowser() {}

  /**
   * Opens a page if a person started Rote in a terminal of a desktop. Otherwise does nothing; the
   * address is printed in any case.
   */
  static void open(String address) {
    if (System.console() == null) {
      return;
    }
    command(System.getProperty("os.name"), System.getenv(), address)
        .ifPresent(
            command -> {
              try {
                new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
              } catch (IOException e) {
                // The program does not exist.
              }
            });
  }

  /**
   * Returns the command that opens a page; empty where there is no desktop on this machine, as in a
   * remote session.
   *
   * @param system name of the operating system
   */
  static Optional<List<String>> command(
      String system, Map<String, String> environment, String address) {
    String name = system.toLowerCase(Locale.ROOT);
    if (environment.containsKey("SSH_CONNECTION")) {
      return Optional.empty();
    }
    if (name.startsWith("mac")) {
      return Optional.of(List.of("open", address));
    }
    if (name.startsWith("windows")) {
      return Optional.of(List.of("rundll32", "url.dll,FileProtocolHandler", address));
    }
    return environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY")
        ? Optional.of(List.of("xdg-open", address))
        : Optional.empty();
  }
}

package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DesktopBrowserTest {
  private static final String PAGE = "http://127.0.0.1:4711/?token=1";

  @Test
  void aPageIsOpenedWhereThereIsADesktop() {
    assertThat(DesktopBrowser.command("Linux", Map.of("DISPLAY", ":0"), PAGE).orElseThrow())
        .containsExactly("xdg-open", PAGE);
    assertThat(DesktopBrowser.command("Linux", Map.of("WAYLAND_DISPLAY", "w"), PAGE)).isPresent();
    assertThat(DesktopBrowser.command("Mac OS X", Map.of(), PAGE).orElseThrow())
        .containsExactly("open", PAGE);
    assertThat(DesktopBrowser.command("Windows 11", Map.of(), PAGE).orElseThrow()).endsWith(PAGE);
  }

  @Test
  void noPageIsOpenedOnAServer() {
    assertThat(DesktopBrowser.command("Linux", Map.of(), PAGE)).isEmpty();
    Map<String, String> remote = Map.of("DISPLAY", "localhost:10.0", "SSH_CONNECTION", "a b");
    assertThat(DesktopBrowser.command("Linux", remote, PAGE)).isEmpty();
    assertThat(DesktopBrowser.command("Mac OS X", Map.of("SSH_CONNECTION", "a"), PAGE)).isEmpty();
  }
}

package dev.rote.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A headless Chromium, where the machine has one with its driver. */
public final class Chromium {
  /** Why tests are skipped without it. */
  public static final String REMEDY =
      "no chromium with chromedriver: 'apt-get install chromium chromium-driver' gets them";

  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromedriver"));

  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    // It warns of every browser that is newer than itself.
    SELENIUM.setLevel(Level.SEVERE);
  }

  private Chromium() {}

  public static boolean present() {
    return PLACES.stream().allMatch(Files::isExecutable);
  }

  /** A browser that keeps its logs; quit it. */
  public static ChromeDriver start() throws IOException {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(PLACES.get(0).toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--user-data-dir=" + Files.createTempDirectory("rote-chromium"));
    options.setCapability(
        "goog:loggingPrefs", Map.of(LogType.BROWSER, "ALL", LogType.PERFORMANCE, "ALL"));
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(PLACES.get(1).toFile())
            .usingAnyFreePort()
            .build();
    return new ChromeDriver(service, options);
  }

  /** What the page complained of since the last call. */
  public static List<String> errors(ChromeDriver browser) {
    return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /**
   * Addresses that were asked for since the last call and are neither below {@code base} nor data.
   */
  public static List<String> requestsBeyond(ChromeDriver browser, String base) {
    return browser.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
        .map(entry -> JsonMapper.shared().readTree(entry.getMessage()).get("message"))
        .filter(message -> message.get("method").asString().equals("Network.requestWillBeSent"))
        .map(message -> message.get("params").get("request").get("url"))
        .map(JsonNode::asString)
        .filter(address -> !address.startsWith("data:") && !address.startsWith(stripped(base)))
        // The browser's own first page.
        .filter(address -> !address.startsWith("chrome:"))
        .toList();
  }

  /** A file's address has one slash or three. */
  private static String stripped(String base) {
    return base.startsWith("file:///") ? base : base.replaceFirst("^file:/", "file:///");
  }
}

package dev.rote.report.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium with a fresh profile. Watches its console and its network: {@link
 * #assertQuiet} tells whether a page stayed silent on both.
 */
public final class Chromium implements AutoCloseable {
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome");

  // it warns about every Chromium that is newer than itself
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final List<String> ALLOWED = List.of("file:", "data:", "blob:", "about:");

  private static final Pattern URL = Pattern.compile("\"url\":\"([^\"]*)\"");

  private final ChromeDriver driver;
  private final Path downloads;

  private Chromium(ChromeDriver driver, Path downloads) {
    this.driver = driver;
    this.downloads = downloads;
  }

  /** Starts one, or skips the test where there is none; {@code directory} takes what it writes. */
  public static Chromium start(Path directory) throws IOException {
    Path browser = BROWSERS.stream().flatMap(Chromium::find).findFirst().orElse(null);
    Path chromedriver = find("chromedriver").findFirst().orElse(null);
    Assumptions.assumeTrue(
        browser != null && chromedriver != null,
        "no Chromium: install chromium and chromedriver (Debian: chromium, chromium-driver)");
    Path downloads = Files.createDirectories(directory.resolve("downloads"));
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--no-proxy-server",
        "--hide-scrollbars",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + directory.resolve("profile"));
    options.setExperimentalOption(
        "prefs", Map.of("download.default_directory", downloads.toAbsolutePath().toString()));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.toFile())
            .usingAnyFreePort()
            .build();
    SELENIUM.setLevel(Level.SEVERE);
    Chromium chromium = new Chromium(new ChromeDriver(service, options), downloads);
    // leaves the start page, which asks for things of its own
    chromium.driver.get("about:blank");
    chromium.driver.manage().logs().get(LogType.PERFORMANCE);
    return chromium;
  }

  private static Stream<Path> find(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable);
  }

  /** The driver itself. */
  public ChromeDriver driver() {
    return driver;
  }

  /** Where it puts what pages let people download. */
  public Path downloads() {
    return downloads;
  }

  /** Opens {@code page} in a window of {@code width} CSS pixels. */
  public void open(Path page, int width, int height) {
    resize(width, height);
    driver.get(page.toUri().toString());
  }

  /**
   * Makes the window {@code width} CSS pixels wide; a phone's width is narrower than any window.
   */
  public void resize(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** Shows pages to people who prefer dark ones, or light ones. */
  public void prefer(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Runs JavaScript in the page. */
  public Object run(String script, Object... arguments) {
    return ((JavascriptExecutor) driver).executeScript(script, arguments);
  }

  /** A picture of what the window shows. */
  public void screenshot(Path png) throws IOException {
    Files.createDirectories(png.toAbsolutePath().getParent());
    Files.write(png, driver.getScreenshotAs(OutputType.BYTES));
  }

  /** Nothing was written on the console, nothing was asked of any server, no text runs out. */
  public void assertQuiet() {
    assertThat(driver.manage().logs().get(LogType.BROWSER).getAll())
        .extracting(LogEntry::getMessage)
        .isEmpty();
    assertThat(driver.manage().logs().get(LogType.PERFORMANCE).getAll())
        .extracting(LogEntry::getMessage)
        .filteredOn(message -> message.contains("\"Network.requestWillBeSent\""))
        .isNotEmpty()
        .allSatisfy(
            message -> {
              var url = URL.matcher(message);
              while (url.find()) {
                assertThat(ALLOWED).anyMatch(url.group(1)::startsWith);
              }
            });
  }

  /** The page is not wider than the window; what scrolls within a box of its own may be. */
  public void assertFits() {
    assertThat(run("return document.documentElement.scrollWidth"))
        .isEqualTo(run("return document.documentElement.clientWidth"));
  }

  /**
   * Waits until {@code condition} holds; {@code otherwise} says what is the matter if it does not.
   */
  public static void await(BooleanSupplier condition, Supplier<String> otherwise) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(otherwise).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}

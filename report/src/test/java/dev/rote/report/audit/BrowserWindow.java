package dev.rote.report.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.report.Chromium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/** A window of a browser that shows one page, and what a person does in it. */
final class BrowserWindow implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ChromeDriver driver;
  private final Path page;

  /** Takes what it downloads to {@code downloads}. */
  BrowserWindow(Path page, Path downloads) throws IOException {
    this.driver = Chromium.start();
    this.page = page;
    driver.executeCdpCommand(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", downloads.toAbsolutePath().toString()));
  }

  void open(Path other) {
    driver.get(other.toUri().toString());
  }

  void open() {
    open(page);
  }

  /** Makes the page {@code width} CSS pixels wide; windows themselves do not get as narrow. */
  void resize(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** As for people who prefer {@code dark} pages, or {@code light} ones. */
  void prefer(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  void screenshot(Path png) throws IOException {
    Files.createDirectories(png.toAbsolutePath().getParent());
    Files.write(png, driver.getScreenshotAs(OutputType.BYTES));
  }

  WebElement one(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  void click(String selector) {
    WebElement element = one(selector);
    run("arguments[0].scrollIntoView({block: 'center'})", element);
    element.click();
  }

  /** Presses one key after the other, wherever the focus is. */
  void type(CharSequence... keys) {
    for (CharSequence key : keys) {
      new Actions(driver).sendKeys(key).perform();
    }
  }

  void set(String selector, String value) {
    one(selector).clear();
    one(selector).sendKeys(value);
  }

  void choose(String selector, String value) {
    one(selector + " option[value='" + value + "']").click();
  }

  /** Waits until {@code condition} holds; {@code otherwise} says what is the matter if not. */
  static void await(BooleanSupplier condition, Supplier<String> otherwise) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(otherwise).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** Nothing was complained of, and nothing asked for but the page itself. */
  void assertQuiet() {
    assertThat(Chromium.errors(driver)).isEmpty();
    assertThat(Chromium.requestsBeyond(driver, page.getParent().toUri().toString()))
        .filteredOn(address -> !address.startsWith("blob:"))
        .isEmpty();
  }

  /** The page is not wider than the window; what scrolls within a box of its own may be. */
  void assertFits() {
    assertThat(run("return document.documentElement.scrollWidth"))
        .isEqualTo(run("return document.documentElement.clientWidth"));
  }

  @Override
  public void close() {
    driver.quit();
  }
}

package dev.rote.report;

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
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/** A window of a browser that shows one page, and what a person does in it. */
public final class BrowserWindow implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Every look at the page takes processor time from what is waited for. */
  private static final Duration POLL = Duration.ofMillis(100);

  private final ChromeDriver driver;
  private final String page;

  /** Takes what it downloads to {@code downloads}. */
  public BrowserWindow(Path page, Path downloads) throws IOException {
    this(page.toUri().toString(), downloads);
  }

  /** Shows the page at an address. */
  public BrowserWindow(String page, Path downloads) throws IOException {
    this.driver = Chromium.start();
    this.page = page;
    driver.executeCdpCommand(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", downloads.toAbsolutePath().toString()));
  }

  public void open(Path other) {
    driver.get(other.toUri().toString());
  }

  public void open() {
    driver.get(page);
  }

  /** Opens another address of the same server. */
  public void go(String address) {
    driver.get(address);
  }

  /** Makes the page {@code width} CSS pixels wide; windows themselves do not get as narrow. */
  public void resize(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** As for people who prefer {@code dark} pages, or {@code light} ones. */
  public void prefer(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  public Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  public void screenshot(Path png) throws IOException {
    Files.createDirectories(png.toAbsolutePath().getParent());
    Files.write(png, driver.getScreenshotAs(OutputType.BYTES));
  }

  public WebElement one(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  public List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  public void click(String selector) {
    WebElement element = one(selector);
    run("arguments[0].scrollIntoView({block: 'center'})", element);
    element.click();
  }

  /** Presses one key after the other, wherever the focus is. */
  public void type(CharSequence... keys) {
    for (CharSequence key : keys) {
      new Actions(driver).sendKeys(key).perform();
    }
  }

  public void set(String selector, String value) {
    one(selector).clear();
    one(selector).sendKeys(value);
  }

  public void choose(String selector, String value) {
    one(selector + " option[value='" + value + "']").click();
  }

  /** Returns what the page complained of since the last call. */
  public List<String> errors() {
    return Chromium.errors(driver);
  }

  /** Waits until {@code condition} holds; {@code otherwise} says what is the matter if not. */
  public static void await(BooleanSupplier condition, Supplier<String> otherwise) {
    await(PATIENCE, condition, otherwise);
  }

  /** Waits for {@code patience}, as for networks that train. */
  public static void await(
      Duration patience, BooleanSupplier condition, Supplier<String> otherwise) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(otherwise).isLessThan(end);
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** Nothing was complained of, and nothing asked for but the page itself. */
  public void assertQuiet() {
    assertThat(Chromium.errors(driver)).isEmpty();
    assertThat(Chromium.requestsBeyond(driver, page.substring(0, page.lastIndexOf('/') + 1)))
        .filteredOn(address -> !address.startsWith("blob:"))
        .isEmpty();
  }

  /** The page is not wider than the window; what scrolls within a box of its own may be. */
  public void assertFits() {
    assertThat(run("return document.documentElement.scrollWidth"))
        .isEqualTo(run("return document.documentElement.clientWidth"));
  }

  @Override
  public void close() {
    driver.quit();
  }
}

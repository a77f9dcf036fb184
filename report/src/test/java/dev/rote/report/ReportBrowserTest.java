package dev.rote.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.analysis.MadeUpStudy;
import dev.rote.claim.Thresholds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/** The report as a reader has it: in a browser. */
class ReportBrowserTest {
  @TempDir static Path temp;

  private static ChromeDriver browser;

  @BeforeAll
  static void open() throws Exception {
    Assumptions.assumeTrue(Chromium.present(), Chromium.REMEDY);
    MadeUpStudy study = new MadeUpStudy(temp, "glyphs", 6, 3);
    for (long seed = 1; seed <= 2; seed++) {
      for (String loss : List.of("cce", "mse", "rll(alpha=0.1)")) {
        study.run(loss, "none", seed, 0.9 + seed / 100.0, 0.9);
        study.run(loss, "symmetric(0.4, exact)", seed, loss.equals("cce") ? 0.95 : 0.6, 0.8);
      }
    }
    Report.write(List.of(temp), temp, Thresholds.DEFAULT);
    browser = Chromium.start();
    browser.get(temp.resolve("report.html").toUri().toString());
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.quit();
    }
  }

  private static List<WebElement> shownRows() {
    return browser.findElements(By.cssSelector("#run-table tbody tr:not([hidden])"));
  }

  private static String cell(WebElement row, int column) {
    return row.findElements(By.tagName("td")).get(column).getText();
  }

  @Test
  void nothingIsLoadedFromAnywhereAndNothingFails() {
    assertThat(Chromium.errors(browser)).isEmpty();
    assertThat(Chromium.requestsBeyond(browser, temp.toUri().toString())).isEmpty();
  }

  @Test
  void runsAreFiltered() {
    WebElement filter = browser.findElement(By.id("filter"));
    filter.clear();
    filter.sendKeys("rll 0.4 seed 2");
    assertThat(shownRows()).hasSize(1);
    assertThat(cell(shownRows().get(0), 2)).isEqualTo("rll(alpha=0.1)");
    assertThat(cell(shownRows().get(0), 4)).isEqualTo("2");
    assertThat(browser.findElement(By.id("shown")).getText()).isEqualTo("1 of 12");
    filter.clear();
    filter.sendKeys(" ");
    assertThat(shownRows()).hasSize(12);
  }

  @Test
  void runsAreSortedByNumberAndByKey() {
    WebElement filter = browser.findElement(By.id("filter"));
    filter.clear();
    filter.sendKeys(" ");
    WebElement j1 = browser.findElement(By.cssSelector("#run-table th:nth-child(7) button"));
    j1.sendKeys(org.openqa.selenium.Keys.ENTER);
    List<Double> up = shownRows().stream().map(row -> Double.valueOf(cell(row, 6))).toList();
    assertThat(up).isSorted();
    assertThat(up.get(0)).isLessThan(up.get(11));
    j1.sendKeys(org.openqa.selenium.Keys.SPACE);
    assertThat(shownRows().stream().map(row -> Double.valueOf(cell(row, 6))).toList())
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(
            browser
                .findElement(By.cssSelector("#run-table th:nth-child(7)"))
                .getDomAttribute("aria-sort"))
        .isEqualTo("descending");
  }

  @Test
  void altogetherItFitsAPhoneAndADesk() throws Exception {
    for (int width : new int[] {390, 1280}) {
      browser.manage().window().setSize(new Dimension(width, 900));
      Object overflow =
          browser.executeScript("return document.documentElement.scrollWidth - window.innerWidth");
      assertThat(((Number) overflow).intValue()).as("at %d pixels", width).isLessThanOrEqualTo(0);
      Files.write(
          temp.resolve("report-" + width + ".png"),
          browser.getScreenshotAs(org.openqa.selenium.OutputType.BYTES));
    }
  }

  @Test
  void everyImageHasWordsAndTheGalleryHasImages() {
    assertThat(browser.findElements(By.cssSelector("svg:not([aria-label]), img:not([alt])")))
        .isEmpty();
    WebElement gallery = browser.findElement(By.cssSelector("#samples details"));
    gallery.findElement(By.tagName("summary")).click();
    WebElement image = gallery.findElement(By.tagName("img"));
    browser.executeScript("arguments[0].scrollIntoView()", image);
    Object drawn =
        browser.executeAsyncScript(
            "const done = arguments[1]; arguments[0].decode().then(() => done(arguments[0].naturalWidth))",
            image);
    assertThat(((Number) drawn).intValue()).isEqualTo(28);
    assertThat(browser.findElements(By.tagName("h1"))).hasSize(1);
  }
}

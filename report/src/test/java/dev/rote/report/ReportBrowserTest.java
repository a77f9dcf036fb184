package dev.rote.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.analysis.MadeUpStudy;
import dev.rote.claim.Thresholds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The offline report as a reader has it: in a browser. */
class ReportBrowserTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  @TempDir static Path temp;

  private static BrowserWindow browser;

  @BeforeAll
  static void write() throws IOException {
    Assumptions.assumeTrue(Chromium.present(), Chromium.REMEDY);
    MadeUpStudy study = new MadeUpStudy(temp, "glyphs", 6, 3);
    for (long seed = 1; seed <= 2; seed++) {
      for (String loss : List.of("cce", "mse", "rll(alpha=0.1)")) {
        study.run(loss, "none", seed, 0.9 + seed / 100.0, 0.9);
        study.run(loss, "symmetric(0.4, exact)", seed, loss.equals("cce") ? 0.95 : 0.6, 0.8);
      }
    }
    Report.write(List.of(temp), temp, Thresholds.DEFAULT);
    browser = new BrowserWindow(temp.resolve("report.html"), temp);
  }

  @BeforeEach
  void open() {
    browser.resize(1280, 900);
    browser.open();
    BrowserWindow.await(
        () -> "true".equals(browser.run("return document.body.dataset.ready")),
        () -> "not drawn: " + browser.errors());
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  private static List<String> cells(String column) {
    return browser.all("#run-table tbody .c-" + column).stream().map(WebElement::getText).toList();
  }

  private static void filter(String text) {
    browser.one("#filter").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
    browser.one("#filter").sendKeys(text);
  }

  @Test
  void nothingIsLoadedAndNothingFails() {
    browser.assertQuiet();
    assertThat(browser.all("svg:not([aria-label]), img:not([alt])")).isEmpty();
    assertThat(browser.all("h1")).hasSize(1);
  }

  @Test
  void runsAreFoldedIntoMeansAndUnfoldedByOneClick() {
    assertThat(browser.all("#run-table tbody tr")).hasSize(6);
    assertThat(cells("j1")).anyMatch(text -> text.startsWith("0.915") && text.contains("± 0.007"));
    browser.click("#run-table tbody tr:first-child .open");
    assertThat(browser.all("#run-table tbody tr")).hasSize(8);
    assertThat(cells("j1").subList(1, 3)).containsExactly("0.910", "0.920");
  }

  @Test
  void runsAreFilteredAndGrouped() {
    browser.click("#fold");
    filter("rll 0.4 seed 2");
    assertThat(cells("loss")).containsExactly("rll(alpha=0.1)");
    assertThat(cells("seed")).containsExactly("2");
    assertThat(browser.one("#shown").getText()).isEqualTo("1 of 12 runs");
    filter(" ");
    browser.choose("#group-by", "noise");
    assertThat(browser.all("#run-table tr.head")).hasSize(2);
    assertThat(cells("loss")).hasSize(12);
  }

  @Test
  void runsAreSortedByKeyboard() {
    String j1 = "#run-table th.c-j1 button";
    browser.one(j1).sendKeys(Keys.ENTER);
    assertThat(numbers()).isSorted();
    browser.one(j1).sendKeys(Keys.SPACE);
    assertThat(numbers()).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(browser.one("#run-table th.c-j1").getDomAttribute("aria-sort"))
        .isEqualTo("descending");
  }

  private static List<Double> numbers() {
    return cells("j1").stream().map(text -> Double.valueOf(text.split(" ")[0])).toList();
  }

  @Test
  void curvesFollowTheTickedRowsAndTheSlider() {
    assertThat(browser.all("#charts .chart")).hasSize(3);
    assertThat(browser.all("#legend tbody tr")).hasSize(3);
    browser.click("#run-table tbody tr:first-child input");
    BrowserWindow.await(() -> browser.all("#legend tbody tr").size() == 4, () -> "no curve");
    browser.one("#epoch").sendKeys(Keys.HOME);
    assertThat(browser.one("#legend tbody td").getText()).isEqualTo("0.100");
    browser.one("#epoch").sendKeys(Keys.END);
    assertThat(browser.one("#legend tbody td").getText()).isEqualTo("0.950");
    browser.click("#legend tbody tr:first-child button");
    assertThat(browser.one("#legend tbody tr:first-child button").getDomAttribute("aria-pressed"))
        .isEqualTo("false");
  }

  @Test
  void whatIsShownIsExported() throws IOException {
    for (String kind : List.of("csv", "svg", "png")) {
      browser.click("[data-export=" + kind + "]");
      Path file = temp.resolve("curves." + kind);
      BrowserWindow.await(
          () -> Files.exists(file) && file.toFile().length() > 0, () -> "no " + file);
    }
    List<String> csv = Files.readAllLines(temp.resolve("curves.csv"));
    assertThat(csv.get(0)).startsWith("epoch,\"J1 of cce, symmetric(0.4, exact)\"");
    assertThat(csv).hasSize(7);
    assertThat(csv.get(6)).startsWith("6,0.95,");
    assertThat(Files.readString(temp.resolve("curves.svg"))).contains("<path", "1−η = 0.60");
  }

  @Test
  void samplesHaveImagesAndHistories() {
    WebElement image = browser.one("#gallery img");
    browser.run("arguments[0].scrollIntoView()", image);
    BrowserWindow.await(
        () -> Long.valueOf(28).equals(browser.run("return arguments[0].naturalWidth", image)),
        () -> "no image");
    assertThat(browser.one("#gallery small").getText()).isEqualTo("corrected since epoch 1");
    browser.click("#confusion summary");
    BrowserWindow.await(() -> !browser.all("#matrix tbody tr").isEmpty(), () -> "no table");
    assertThat(browser.one("#matrix caption").getText()).contains("epoch 6");
  }

  @Test
  void itFitsAPhoneAndADesk() throws IOException {
    for (String scheme : List.of("light", "dark")) {
      browser.prefer(scheme);
      for (int width : new int[] {390, 1280}) {
        browser.resize(width, 900);
        browser.assertFits();
        browser.screenshot(SCREENSHOTS.resolve("report-%d-%s.png".formatted(width, scheme)));
      }
    }
    browser.prefer("light");
    browser.resize(1280, 900);
    Object hiddenWidth =
        browser.run(
            "const w = document.querySelector('#runs .wide'); return w.scrollWidth -"
                + " w.clientWidth");
    assertThat(((Number) hiddenWidth).intValue())
        .as("runs table at 1280 pixels")
        .isLessThanOrEqualTo(0);
  }
}

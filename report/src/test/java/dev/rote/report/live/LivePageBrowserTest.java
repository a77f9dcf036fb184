package dev.rote.report.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.analysis.MadeUpStudy;
import dev.rote.report.BrowserWindow;
import dev.rote.report.Chromium;
import dev.rote.report.audit.MadeUpAudit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The live page in a browser. */
class LivePageBrowserTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final String NOISE = "symmetric(0.4, exact)";

  @TempDir Path temp;

  private MadeUpStudy study;
  private Path out;
  private Path audit;
  private LiveServer server;

  @BeforeEach
  void start() throws IOException {
    Assumptions.assumeTrue(Chromium.present(), Chromium.REMEDY);
    out = temp.resolve("<img src=x onerror=alert(1)> \"study\" \u202e");
    study = new MadeUpStudy(out, "glyphs", 6, 3);
    study.run("cce", NOISE, 1, 0.95, 0.6);
    audit = Files.createDirectory(temp.resolve("<img onerror=alert(1)> audit"));
    MadeUpAudit.of(60, 5).write(audit);
    server = LiveServer.start(List.of(out, audit), "127.0.0.1", 0);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** The text of an element that may be replaced at any time. */
  private static String text(BrowserWindow page, String selector) {
    return "" + page.run("return document.querySelector(arguments[0]).textContent", selector);
  }

  private static void ready(BrowserWindow page) {
    BrowserWindow.await(
        () -> "true".equals(page.run("return document.body.dataset.ready")),
        () -> "not drawn: " + page.errors());
  }

  @Test
  void newRunsAppearHostileNamesStayTextAndNothingForeignIsAsked() throws IOException {
    try (BrowserWindow page = new BrowserWindow(server.address(), temp)) {
      page.resize(1280, 900);
      page.open();
      ready(page);
      assertThat(page.all("#run-table tbody tr")).hasSize(1);
      study.run("rll(alpha=0.1)", NOISE, 1, 0.61, 0.9);
      BrowserWindow.await(
          () -> page.all("#run-table tbody tr").size() == 2, () -> "no row for the new run");
      page.click("#run-table tbody tr:last-child input");
      BrowserWindow.await(() -> page.all("#legend tbody tr").size() == 2, () -> "no curve");
      assertThat(page.all("img[src='x'], img[onerror]")).isEmpty();
      assertThat(page.one("#audit-list h3").getText()).isEqualTo("<img onerror=alert(1)> audit");
      page.screenshot(SCREENSHOTS.resolve("live-1280.png"));
      page.assertFits();
      page.resize(390, 844);
      page.assertFits();
      page.assertQuiet();
    }
  }

  /** A page that is open continues after a restart, with what happened meanwhile. */
  @Test
  void thePageGoesOnAfterTheServerIsStartedAgain() throws IOException {
    String address = server.address();
    try (BrowserWindow page = new BrowserWindow(address, temp)) {
      page.open();
      ready(page);
      server.close();
      BrowserWindow.await(
          () -> page.one("#status").getText().contains("not connected"), () -> "no word of it");
      study.run("rll(alpha=0.1)", NOISE, 1, 0.61, 0.9);
      server = LiveServer.start(List.of(out, audit), "127.0.0.1", 0);
      assertThat(server.address()).isEqualTo(address);
      BrowserWindow.await(
          () -> page.all("#run-table tbody tr").size() == 2, () -> "the new run is missing");
      assertThat(page.one("#status").getText()).contains("2 of 2 runs done").endsWith("live");
      study.run("mse", NOISE, 1, 0.8, 0.7);
      BrowserWindow.await(
          () -> page.all("#run-table tbody tr").size() == 3, () -> "no events after the restart");
      assertThat(page.all("#run-table tbody tr")).hasSize(3);
    }
  }

  @Test
  void twoStudiesAreOverlaidAndToldApart() throws IOException {
    Path second = temp.resolve("longer \"study\"");
    new MadeUpStudy(second, "glyphs", 8, 3).run("cce", NOISE, 1, 0.7, 0.8);
    server.close();
    server = LiveServer.start(List.of(out, second), "127.0.0.1", 0);
    try (BrowserWindow page = new BrowserWindow(server.address(), temp)) {
      page.resize(1280, 900);
      page.open();
      ready(page);
      assertThat(page.all("#run-table tbody .c-study"))
          .extracting(WebElement::getText)
          .containsExactly(out.getFileName().toString(), second.getFileName().toString());
      assertThat(page.all("#legend tbody button"))
          .extracting(WebElement::getText)
          .hasSize(2)
          .doesNotHaveDuplicates()
          .allMatch(text -> text.startsWith("cce, symmetric(0.4, exact), mlp on glyphs"));
      assertThat(page.one("#epoch").getDomAttribute("max")).isEqualTo("8");
      assertThat(page.all("#legend tbody tr td:nth-child(2)"))
          .extracting(WebElement::getText)
          .as("after the last epoch of each")
          .containsExactly("0.950", "0.700");
      page.one("#epoch").sendKeys(Keys.ARROW_LEFT);
      assertThat(page.all("#legend tbody tr td:nth-child(2)"))
          .extracting(WebElement::getText)
          .as("at epoch 7, which one of them does not have")
          .containsExactly("–", "0.700");
      page.assertFits();
      page.assertQuiet();
    }
  }

  /** Values, gallery and confusion matrix follow their sliders, by keyboard. */
  @Test
  void slidersMoveThroughTheEpochs() throws IOException {
    study.run("rll(alpha=0.1)", NOISE, 1, 0.61, 0.9);
    try (BrowserWindow page = new BrowserWindow(server.address(), temp)) {
      page.resize(1280, 900);
      page.open();
      ready(page);
      BrowserWindow.await(() -> page.all("#legend tbody tr").size() == 2, () -> "no curves");
      page.one("#epoch").sendKeys(Keys.HOME);
      assertThat(page.one("#legend tbody td").getText()).isEqualTo("0.100");
      page.one("#epoch").sendKeys(Keys.END);
      assertThat(page.one("#legend tbody td").getText()).isEqualTo("0.950");
      BrowserWindow.await(() -> !page.all("#gallery img").isEmpty(), () -> "no gallery");
      page.click("#confusion summary");
      BrowserWindow.await(() -> matrix(page).contains("epoch 6"), () -> matrix(page));
      page.one("#sample-epoch").sendKeys(Keys.HOME);
      BrowserWindow.await(() -> matrix(page).contains("epoch 1."), () -> matrix(page));
      assertThat(page.one("#sample-epoch-shown").getText()).isEqualTo("1 of 6");
      page.choose("#kind", "memorized");
      BrowserWindow.await(
          () -> page.one("#samples-shown").getText().startsWith("0 of 0"),
          () -> page.one("#samples-shown").getText());
      page.assertQuiet();
    }
  }

  private static String matrix(BrowserWindow page) {
    return String.valueOf(page.run("return document.querySelector('#matrix').innerText"));
  }

  @Test
  void aRunThatCannotBeReadIsNamed() throws IOException {
    String id = study.run("mse", NOISE, 1, 0.8, 0.7);
    Path record = out.resolve("runs").resolve(id).resolve("run.json");
    Files.delete(record);
    Files.writeString(record, "{ <b>");
    try (BrowserWindow page = new BrowserWindow(server.address(), temp)) {
      page.open();
      ready(page);
      BrowserWindow.await(
          () -> page.one("#gaps").getText().contains(id), () -> page.one("#gaps").getText());
      assertThat(page.one("#gaps").getText()).contains("is damaged");
    }
  }

  @Test
  void twoReviewersSeeEachOther() throws IOException {
    try (BrowserWindow ann = new BrowserWindow(server.address(), temp);
        BrowserWindow bob = new BrowserWindow(server.address(), temp)) {
      String review = server.address().replaceFirst("/\\?.*", "/audit/0/");
      for (BrowserWindow page : List.of(ann, bob)) {
        page.open();
        page.go(review);
        BrowserWindow.await(
            () -> page.one("#who").isDisplayed(), () -> "not served: " + page.errors());
      }
      ann.set("#who", "Ann");
      ann.click("#cards article [data-action=drop]");
      BrowserWindow.await(
          () -> bob.one("#cards article").getDomAttribute("data-decided").equals("drop"),
          () -> "Bob does not see it");
      BrowserWindow.await(() -> lines("decisions.csv") == 2, () -> "not written");
      ann.click("#undo");
      BrowserWindow.await(
          () -> bob.one("#cards article").getDomAttribute("data-decided").isEmpty(),
          () -> "Bob does not see the undo");
      BrowserWindow.await(() -> lines("decisions-history.jsonl") == 2, () -> "no history");
      assertThat(ann.errors()).isEmpty();
      assertThat(bob.errors()).isEmpty();
    }
  }

  private int lines(String name) {
    try {
      Path file = audit.resolve(name);
      return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** A directory of results: an index by name, a page for each study, and the way back. */
  @Test
  void theIndexLeadsToEveryStudyAndAudit() throws IOException {
    Path results = temp.resolve("results");
    String name = "<img src=x onerror=alert(1)> \"first\"";
    new MadeUpStudy(results.resolve(name), "glyphs", 6, 3).run("cce", NOISE, 1, 0.95, 0.6);
    MadeUpStudy second = new MadeUpStudy(results.resolve("paper/second"), "glyphs", 6, 3);
    second.run("mse", NOISE, 1, 0.8, 0.7);
    MadeUpAudit.of(60, 5).write(Files.createDirectories(results.resolve("pets")));
    server.close();
    server = LiveServer.start(List.of(results), "127.0.0.1", 0);
    try (BrowserWindow page = new BrowserWindow(server.address(), temp)) {
      for (int width : new int[] {390, 1280}) {
        page.resize(width, 900);
        page.open();
        ready(page);
        assertThat(page.one("h1").getText()).isEqualTo("Studies and audits");
        assertThat(page.all("#study-list a"))
            .extracting(WebElement::getText)
            .containsExactly(name, "paper/second");
        assertThat(page.one("#audit-list h3").getText()).isEqualTo("pets");
        assertThat(page.one("#runs").isDisplayed()).isFalse();
        assertThat(page.one("#verdicts").isDisplayed()).isFalse();
        page.assertFits();
        page.screenshot(SCREENSHOTS.resolve("index-" + width + ".png"));
      }
      second.run("cce", NOISE, 1, 0.9, 0.6);
      BrowserWindow.await(
          () -> text(page, "#study-list").contains("2 of 2 runs done"),
          () -> text(page, "#study-list"));
      page.click("#study-list li:last-child a");
      ready(page);
      assertThat(page.one("h1").getText()).isEqualTo("paper/second: mlp on glyphs");
      assertThat(page.all("#run-table tbody tr")).hasSize(2);
      assertThat(page.one("#audits").isDisplayed()).isFalse();
      second.run("rll(alpha=0.1)", NOISE, 1, 0.61, 0.9);
      BrowserWindow.await(
          () -> page.all("#run-table tbody tr").size() == 3, () -> "no row for the new run");
      page.click("#up");
      ready(page);
      page.click("#audit-list a");
      BrowserWindow.await(() -> page.one("#up").isDisplayed(), () -> "no way back");
      page.click("#up");
      ready(page);
      assertThat(page.one("h1").getText()).isEqualTo("Studies and audits");
      page.assertQuiet();
    }
  }
}

package dev.rote.report.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.audit.Decision;
import dev.rote.audit.Decisions;
import dev.rote.report.browser.Chromium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

final class AuditPageInBrowserTest {
  private static final int SAMPLES = 600;
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  @TempDir static Path directory;
  private static Chromium browser;
  private static MadeUpAudit audit;
  private static Path html;

  @BeforeAll
  static void openBrowser() throws IOException {
    browser = Chromium.start(directory);
    audit = MadeUpAudit.of(SAMPLES, 100);
    html = directory.resolve("audit.html");
    audit.page().write(html);
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void openAfresh() {
    browser.open(html, 1280, 900);
    browser.run("localStorage.clear()");
    browser.open(html, 1280, 900);
  }

  @Test
  void staysWithinItsFileAndItsWindow() throws IOException {
    browser.screenshot(SCREENSHOTS.resolve("audit-1280.png"));
    browser.assertFits();
    browser.run("document.getElementById('review').scrollIntoView()");
    browser.screenshot(SCREENSHOTS.resolve("audit-review-1280.png"));
    browser.resize(390, 844);
    browser.assertFits();
    browser.screenshot(SCREENSHOTS.resolve("audit-review-390.png"));
    browser.run("scrollTo(0, 0)");
    browser.screenshot(SCREENSHOTS.resolve("audit-390.png"));
    browser.prefer("dark");
    browser.screenshot(SCREENSHOTS.resolve("audit-390-dark.png"));
    browser.resize(1280, 900);
    browser.run("document.getElementById('mixed').scrollIntoView()");
    browser.screenshot(SCREENSHOTS.resolve("audit-1280-dark.png"));
    browser.prefer("light");
    browser.assertQuiet();
  }

  @Test
  void buttonsDecideAndTakeBack() {
    click("article [data-action=relabel]");
    assertThat(decided(0)).isEqualTo("relabel");
    assertThat(one("article [data-action=relabel]").getAttribute("aria-pressed")).isEqualTo("true");
    assertThat(one("#export").getText()).isEqualTo("Export decisions.csv (1)");
    click("article [data-action=drop]");
    assertThat(decided(0)).isEqualTo("drop");
    click("#undo");
    assertThat(decided(0)).isEqualTo("relabel");
    click("article [data-action=relabel]");
    assertThat(decided(0)).isEmpty();
    click("#undo");
    click("#undo");
    assertThat(decided(0)).isEmpty();
    assertThat(one("#export").isEnabled()).isFalse();
    assertThat(one("#undo").isEnabled()).isFalse();
    browser.assertQuiet();
  }

  @Test
  void keysDecideAndGoOn() {
    one("article").click();
    type("r", "k", "d");
    assertThat(List.of(decided(0), decided(1), decided(2), decided(3)))
        .containsExactly("relabel", "keep", "drop", "");
    assertThat(current()).isEqualTo(3);
    type("u");
    assertThat(decided(2)).isEmpty();
    assertThat(current()).isEqualTo(2);
    type(Keys.ARROW_LEFT, "k");
    assertThat(decided(1)).isEqualTo("keep");
    type(Keys.PAGE_DOWN, "d");
    assertThat(current()).isEqualTo(49);
    assertThat(decided(48)).isEqualTo("drop");
    one("#keys");
    browser.run("document.getElementById('keys').checked = false");
    type("d");
    assertThat(decided(49)).isEmpty();
    browser.assertQuiet();
  }

  @Test
  void anotherClassCanBeChosen() {
    Suspect first = audit.page().suspects().get(0);
    int third =
        IntStream.range(0, 10)
            .filter(k -> k != first.observed() && k != first.suggested())
            .findFirst()
            .orElseThrow();
    WebElement other = one("article .other");
    other.click();
    choose("article .other", Integer.toString(third));
    assertThat(decided(0)).isEqualTo("relabel");
    assertThat(one("article [data-action=relabel]").getAttribute("aria-pressed"))
        .isEqualTo("false");
    assertThat(one("article .other option:checked").getText())
        .isEqualTo(audit.classes().get(third));
  }

  @Test
  void filtersShowWhatFits() {
    List<Suspect> all = audit.page().suspects();
    assertShown(all.stream().filter(s -> s.probability() >= 0.5).count());
    set("#least", "90");
    assertShown(all.stream().filter(s -> s.probability() >= 0.9).count());
    click("#filters [type=reset]");
    assertShown(SAMPLES);
    choose("#observed", "3");
    assertShown(all.stream().filter(s -> s.observed() == 3).count());
    choose("#suggested", "2");
    assertShown(all.stream().filter(s -> s.observed() == 3 && s.suggested() == 2).count());
    click("#filters [type=reset]");
    set("#path", "COMMA");
    assertShown(all.stream().filter(s -> s.path().contains("comma")).count());
    click("#filters [type=reset]");
    assertShown(SAMPLES);
    click("article [data-action=keep]");
    choose("#decision", "keep");
    assertShown(1);
    choose("#decision", "open");
    assertShown(SAMPLES - 1);
    choose("#decision", "relabel");
    assertShown(0);
    assertThat(one("#none").isDisplayed()).isTrue();
    browser.assertQuiet();
  }

  @Test
  void theMatrixFiltersTheSamples() {
    long expected =
        audit.page().suspects().stream()
            .filter(s -> s.observed() == 1 && s.suggested() == 0 && s.probability() >= 0.5)
            .count();
    WebElement cell = one("#matrix button[data-from='1'][data-to='0']");
    assertThat(cell.getText()).isEqualTo(Long.toString(expected));
    cell.click();
    assertShown(expected);
    assertThat(cell.getAttribute("aria-pressed")).isEqualTo("true");
    assertThat(all("article .observed"))
        .extracting(WebElement::getText)
        .containsOnly(audit.classes().get(1));
    browser.run("arguments[0].click()", cell);
    assertShown(audit.page().suspects().stream().filter(s -> s.probability() >= 0.5).count());
  }

  @Test
  void decisionsOutliveTheWindowAndUndoGoesOn() {
    one("article").click();
    type("r", "d");
    browser.open(html, 1280, 900);
    assertThat(List.of(decided(0), decided(1))).containsExactly("relabel", "drop");
    click("#undo");
    assertThat(List.of(decided(0), decided(1))).containsExactly("relabel", "");
  }

  @Test
  void anotherAuditHasItsOwnDecisions() throws IOException {
    click("article [data-action=keep]");
    Path other = directory.resolve("other.html");
    MadeUpAudit.of(SAMPLES / 2, 0).page().write(other);
    browser.open(other, 1280, 900);
    assertThat(one("#export").isEnabled()).isFalse();
  }

  @Test
  void whatIsExportedIsApplied() throws IOException {
    StringBuilder manifest = new StringBuilder("path,label\n");
    Suspect[] byId = new Suspect[SAMPLES];
    audit.page().suspects().forEach(s -> byId[(int) s.id()] = s);
    for (Suspect s : byId) {
      manifest.append('"').append(s.path().replace("\"", "\"\"")).append("\",");
      manifest.append(audit.classes().get(s.observed())).append('\n');
    }
    Path labels = Files.writeString(directory.resolve("labels.csv"), manifest);
    click("#filters [type=reset]");
    click("article [data-action=drop]");
    click(".more summary");
    click("[data-all=keep]");
    click("#undo");
    click("[data-all=relabel]");
    Path exported = export();

    Decisions decisions = Decisions.read(exported);
    List<Suspect> other =
        audit.page().suspects().subList(1, SAMPLES).stream()
            .filter(s -> s.suggested() != s.observed())
            .toList();
    assertThat(decisions.rows())
        .hasSize(other.size() + 1)
        .allSatisfy(
            row ->
                assertThat(row.decision().path())
                    .isEqualTo(byId[(int) row.decision().id()].path()));
    assertThat(decisions.rows().get(0).decision().action()).isEqualTo(Decision.Action.DROP);
    Path corrected = directory.resolve("corrected.csv");
    assertThat(decisions.apply(labels, corrected))
        .isEqualTo(new Decisions.Applied(0, other.size(), 1, SAMPLES - 1 - other.size()));

    // what was exported can be loaded again
    click("#forget");
    assertThat(one("#export").isEnabled()).isFalse();
    one("#load").sendKeys(exported.toString());
    Chromium.await(() -> one("#export").isEnabled(), () -> one("#said").getText());
    Files.delete(exported);
    assertThat(Files.readString(export()))
        .isEqualTo(Files.readString(corrected.resolveSibling("first.csv")));
  }

  private Path export() throws IOException {
    Path file = browser.downloads().resolve("decisions.csv");
    click("#export");
    Chromium.await(() -> Files.exists(file), () -> "nothing was downloaded");
    Path first = directory.resolve("first.csv");
    if (!Files.exists(first)) {
      Files.copy(file, first);
    }
    return file;
  }

  private static WebElement one(String selector) {
    return browser.driver().findElement(By.cssSelector(selector));
  }

  private static List<WebElement> all(String selector) {
    return browser.driver().findElements(By.cssSelector(selector));
  }

  private static void click(String selector) {
    browser.run(
        "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", one(selector));
    one(selector).click();
  }

  private static void type(CharSequence... keys) {
    for (CharSequence key : keys) {
      new Actions(browser.driver()).sendKeys(key).perform();
    }
  }

  private static void set(String selector, String value) {
    one(selector).clear();
    one(selector).sendKeys(value);
  }

  private static void choose(String selector, String value) {
    one(selector + " option[value='" + value + "']").click();
  }

  private static String decided(int position) {
    String decided = one("article[data-position='" + position + "']").getAttribute("data-decided");
    return decided == null ? "" : decided;
  }

  private static int current() {
    return Integer.parseInt(one("article[aria-current]").getAttribute("data-position"));
  }

  private static void assertShown(long count) {
    Chromium.await(
        () -> one("#shown").getText().startsWith(count + " of " + SAMPLES + " "),
        () -> "expected " + count + " samples, but: " + one("#shown").getText());
    assertThat(all("article")).hasSize((int) Math.min(48, count));
  }
}

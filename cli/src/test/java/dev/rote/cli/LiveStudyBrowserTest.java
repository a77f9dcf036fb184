package dev.rote.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rote.engine.PacedLoss;
import dev.rote.report.BrowserWindow;
import dev.rote.report.Chromium;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The live page in a browser while real networks train in other processes. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class LiveStudyBrowserTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern ADDRESS =
      Pattern.compile("http://127\\.0\\.0\\.1:\\d+/\\?token=\\S+");

  @TempDir Path temp;

  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void requireBrowser() {
    Assumptions.assumeTrue(Chromium.present(), Chromium.REMEDY);
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : processes) {
      process.destroy();
      process.waitFor();
    }
  }

  private Process rote(Path log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-D" + PacedLoss.GATE + "=" + temp.resolve("gate"),
            "-cp",
            System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    processes.add(process);
    return process;
  }

  /** Waits for the address that a command prints. */
  private static String address(Path log, Process process) throws Exception {
    while (true) {
      Matcher matcher = ADDRESS.matcher(Files.readString(log));
      if (matcher.find()) {
        return matcher.group();
      }
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
      Thread.sleep(50);
    }
  }

  private static void ready(BrowserWindow page) {
    BrowserWindow.await(
        PATIENCE,
        () -> "true".equals(page.run("return document.body.dataset.ready")),
        () -> "not drawn: " + page.errors());
  }

  /** Epochs that the page's table shows of all runs together. */
  private static int epochs(BrowserWindow page) {
    return ((Number)
            page.run(
                "return [...document.querySelectorAll('#run-table .c-progress span:last-child')]"
                    + ".reduce((sum, cell) => sum + (parseInt(cell.textContent) || 0), 0)"))
        .intValue();
  }

  @Test
  void epochsAppearWhileAStudyTrainsAndThePageGoesOnWithServe() throws Exception {
    Path out = temp.resolve("study");
    Path log = temp.resolve("study.log");
    Process study =
        rote(
            log,
            ("study --subset 300 --test-subset 100 --network mlp --noise none --seed 1..2"
                    + " --epochs 25 --workers 1 --threads 1 --serve --loss "
                    + PacedLoss.TEXT
                    + " --out "
                    + out)
                .split(" "));
    String address = address(log, study);
    try (BrowserWindow page = new BrowserWindow(address, temp)) {
      page.resize(1280, 900);
      page.open();
      ready(page);
      BrowserWindow.await(PATIENCE, () -> epochs(page) > 0, () -> "no epoch");
      int seen = epochs(page);
      assertThat(seen).as("epochs at first").isLessThan(25);
      Files.createFile(temp.resolve("gate"));
      BrowserWindow.await(PATIENCE, () -> epochs(page) > seen, () -> "no further epoch");
      BrowserWindow.await(
          PATIENCE,
          () ->
              ((String) page.run("return charts.firstChild?.getAttribute('aria-label') || ''"))
                  .contains("J1 of class"),
          () -> "no curve");
      assertThat(study.waitFor()).as(Files.readString(log)).isZero();
      BrowserWindow.await(
          PATIENCE,
          () -> page.one("#status").getText().contains("not connected"),
          () -> page.one("#status").getText());
      // What happened last came before the server ended.
      assertThat(page.one("#status").getText()).startsWith("2 of 2 runs done");
      assertThat(epochs(page)).isEqualTo(50);
      assertThat(log).content().contains("this shows it again: ./rote serve " + out);

      Path again = temp.resolve("serve.log");
      Process serve = rote(again, "serve", out.toString());
      assertThat(address(again, serve)).isEqualTo(address);
      BrowserWindow.await(
          PATIENCE,
          () -> page.one("#status").getText().endsWith("live"),
          () -> page.one("#status").getText());
      assertThat(epochs(page)).isEqualTo(50);
      assertThat(page.all("#run-table tbody .state-done, #run-table tbody .state-did-not-fit"))
          .hasSize(1);
      // While there was no server, the browser said so.
      assertThat(page.errors()).filteredOn(text -> !text.contains("net::ERR_")).isEmpty();
    }
  }

  @Test
  void anAuditShowsItsNetworksAndThenItsReviewPage() throws Exception {
    Path out = temp.resolve("audit");
    Path log = temp.resolve("audit.log");
    Process audit =
        rote(
            log,
            ("audit --dataset glyphs --subset 400 --network mlp --epochs 3 --folds 2 --workers 1"
                    + " --threads 1 --noise symmetric(0.2) --out "
                    + out)
                .split(" "));
    while (!Files.exists(out.resolve("network").resolve("study.json"))) {
      assertThat(audit.isAlive()).as(Files.readString(log)).isTrue();
      Thread.sleep(50);
    }
    Path served = temp.resolve("serve.log");
    Process serve = rote(served, "serve", out.toString());
    try (BrowserWindow page = new BrowserWindow(address(served, serve), temp)) {
      page.open();
      ready(page);
      assertThat(page.one("#title").getText()).isEqualTo("Label audit");
      BrowserWindow.await(
          PATIENCE,
          () -> page.all("#audit-list tbody tr").size() == 3,
          () -> page.one("#audit-list").getText());
      assertThat(page.one("#audit-list").getText()).contains("network", "folds/1", "folds/2");
      BrowserWindow.await(
          PATIENCE,
          () -> !page.all("#audit-list a").isEmpty(),
          () -> page.one("#audit-list").getText());
      // The networks of a finished audit are folded away.
      assertThat(page.one("#audit-list").getDomProperty("textContent")).contains("3/3");
      assertThat(audit.waitFor()).as(Files.readString(log)).isZero();
      page.click("#audit-list a");
      BrowserWindow.await(
          PATIENCE, () -> page.one("#who").isDisplayed(), () -> "not served: " + page.errors());
      page.click("#cards article [data-action=keep]");
      BrowserWindow.await(
          PATIENCE, () -> Files.exists(out.resolve("decisions.csv")), () -> "nothing written");
      page.assertQuiet();
    }
  }
}

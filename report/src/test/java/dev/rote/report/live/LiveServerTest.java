package dev.rote.report.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rote.analysis.MadeUpStudy;
import dev.rote.audit.Decision;
import dev.rote.audit.Decisions;
import dev.rote.claim.Thresholds;
import dev.rote.report.Report;
import dev.rote.report.audit.MadeUpAudit;
import dev.rote.run.Json;
import dev.rote.text.CsvRow;
import dev.rote.text.InputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The server by its protocol, without a browser. */
class LiveServerTest {
  private static final String HUGE = "/study/99999999999999999999/";
  private static final String NOISE = "symmetric(0.4, exact)";

  @TempDir Path temp;

  private final HttpClient client = HttpClient.newHttpClient();
  private MadeUpStudy study;
  private LiveServer server;
  private String base;
  private String cookie;

  @BeforeEach
  void start() throws Exception {
    Path out = temp.resolve("study");
    study = new MadeUpStudy(out, "glyphs", 6, 3);
    study.run("cce", NOISE, 1, 0.95, 0.6);
    Path audit = Files.createDirectory(temp.resolve("audit"));
    MadeUpAudit.of(60, 5).write(audit);
    server = LiveServer.start(List.of(out, audit), "127.0.0.1", 0);
    base = server.address().replaceFirst("/\\?.*", "");
    HttpResponse<String> first = get(server.address().substring(base.length()), "");
    assertThat(first.statusCode()).isEqualTo(303);
    String set = first.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(set).contains("HttpOnly").contains("SameSite=Strict");
    cookie = set.split(";", 2)[0];
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> get(String path, String with) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    if (!with.isEmpty()) {
      request.header("Cookie", with);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> decide(String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(base + "/audit/0/decisions"))
            .header("Cookie", cookie)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void nothingIsServedWithoutTheToken() throws Exception {
    for (String path : List.of("/", "/api/model", "/main.js", "/audit/0/", "/api/events")) {
      assertThat(get(path, "").statusCode()).as(path).isEqualTo(403);
      assertThat(get(path + "?token=guess", "").statusCode()).as(path).isEqualTo(403);
    }
    assertThat(get("/", cookie).statusCode()).isEqualTo(200);
  }

  /** A name that was made to point here: DNS rebinding. */
  @Test
  void anotherHostNameIsRefused() throws IOException {
    URI address = URI.create(base);
    try (Socket socket = new Socket(address.getHost(), address.getPort());
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream()) {
      out.write(
          ("GET /api/model HTTP/1.1\r\nHost: evil.example:%d\r\nCookie: %s\r\nConnection: close\r\n\r\n"
                  .formatted(address.getPort(), cookie))
              .getBytes(StandardCharsets.UTF_8));
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void everyAnswerForbidsForeignRequestsAndNothingCanBeWritten() throws Exception {
    for (String path : List.of("/", "/api/model", "/main.js", "/audit/0/")) {
      assertThat(get(path, cookie).headers().firstValue("Content-Security-Policy"))
          .get()
          .asString()
          .contains("default-src 'none'")
          .doesNotContain("script-src 'unsafe-inline'");
    }
    HttpResponse<String> post =
        client.send(
            HttpRequest.newBuilder(URI.create(base + "/api/model"))
                .header("Cookie", cookie)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(post.statusCode()).isEqualTo(405);
    assertThat(get("/../../etc/passwd", cookie).statusCode()).isIn(400, 404);
  }

  @Test
  void aPageThatComesBackGetsWhatItMissedOnce() throws Exception {
    JsonNode model = Json.MAPPER.readTree(get("/api/model", cookie).body());
    assertThat(model.at("/model/overview/runs")).hasSize(1);
    study.run("mse", NOISE, 1, 0.9, 0.6);
    String first = nextEvent(model.get("position").asString());
    assertThat(first).contains("\"loss\":\"mse\"").doesNotContain("\"loss\":\"cce\"");
    study.run("rll(alpha=0.1)", NOISE, 1, 0.6, 0.9);
    String second = nextEvent(first.lines().findFirst().orElseThrow().substring("id: ".length()));
    assertThat(second).contains("rll(alpha=0.1)").doesNotContain("\"loss\":\"mse\"");
    assertThat(nextEvent("another-7")).contains("event: reset");
  }

  /** The first event after an id, with the line of its own id first. */
  private String nextEvent(String after) throws Exception {
    return nextEvent("/api/events", after);
  }

  private String nextEvent(String events, String after) throws Exception {
    HttpResponse<InputStream> stream =
        client.send(
            HttpRequest.newBuilder(URI.create(base + events))
                .header("Cookie", cookie)
                .header("Last-Event-ID", after)
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (!line.startsWith("id: ")) {
        line = lines.readLine();
      }
      return line + "\n" + lines.readLine() + "\n" + lines.readLine();
    }
  }

  @Test
  void aPageOfAnotherVersionSaysThatItDoesNotWorkHere() throws Exception {
    Path page = temp.resolve("audit/audit.html");
    assertThat(get("/audit/0/", cookie).body()).isEqualTo(Files.readString(page));
    Files.writeString(page, Files.readString(page).replace("'use strict'", "'use  strict'"));
    assertThat(get("/audit/0/", cookie).body())
        .contains("Another version of Rote wrote this page", "Repeat the command of the audit");
  }

  @Test
  void decisionsAreWrittenWithTheirHistoryAndTheFasterReviewerWins() throws Exception {
    String drop =
        "{\"who\":\"%s\",\"changes\":[{\"id\":3,\"action\":\"drop\",\"label\":\"\",\"note\":\"why\",\"before\":\"%s\",\"label_before\":\"\"}]}";
    assertThat(decide(drop.formatted("Ann", "")).body()).contains("\"refused\":[]");
    Path file = temp.resolve("audit/decisions.csv");
    assertThat(Decisions.read(file).rows())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.decision().action()).isEqualTo(Decision.Action.DROP);
              assertThat(row.decision().note()).isEqualTo("why");
            });
    JsonNode late = Json.MAPPER.readTree(decide(drop.formatted("Bob", "")).body());
    assertThat(late.at("/refused/0").asLong()).isEqualTo(3);
    assertThat(late.at("/decisions/3/who").asString()).isEqualTo("Ann");
    String back = drop.formatted("Ann", "drop").replace("\"action\":\"drop\"", "\"action\":\"\"");
    assertThat(decide(back).statusCode()).isEqualTo(200);
    assertThat(Files.readAllLines(file)).hasSize(1);
    assertThat(Files.readAllLines(temp.resolve("audit/decisions-history.jsonl")))
        .hasSize(2)
        .allMatch(line -> line.contains("\"who\":\"Ann\""));
  }

  /** suspects.csv protects spreadsheets from names that begin like formulas. */
  @Test
  void namesThatBeginLikeFormulasCanBeKept() throws Exception {
    Path audit = temp.resolve("audit");
    Files.writeString(
        audit.resolve("suspects.csv"),
        "rank,id,path,observed,suggested\n"
            + CsvRow.line(
                List.of("1", "3", CsvRow.safe("-new/a.png"), CsvRow.safe("@home"), "away")));
    Files.writeString(audit.resolve("audit.json"), "{\"class_names\": [\"@home\", \"away\"]}");
    String keep =
        "{\"who\":\"Ann\",\"changes\":[{\"id\":3,\"action\":\"keep\",\"label\":\"@home\",\"note\":\"\",\"before\":\"\",\"label_before\":\"\"}]}";
    assertThat(decide(keep).body()).contains("\"refused\":[]");
    assertThat(Decisions.read(audit.resolve("decisions.csv")).rows())
        .extracting(Decisions.Row::decision)
        .containsExactly(new Decision(3, "-new/a.png", "@home", Decision.Action.KEEP, "@home"));
  }

  @Test
  void aDecisionThatCannotBeWrittenIsAnsweredWithTheReason() throws Exception {
    Files.createDirectory(temp.resolve("audit/decisions-history.jsonl"));
    HttpResponse<String> answer =
        decide(
            "{\"who\":\"x\",\"changes\":[{\"id\":3,\"action\":\"drop\",\"label\":\"\",\"note\":\"\",\"before\":\"\",\"label_before\":\"\"}]}");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("decisions-history.jsonl");
  }

  @Test
  void whatDoesNotFitIsRefusedAndWritesNothing() throws Exception {
    for (String body :
        List.of(
            "{",
            "null",
            "{\"who\":\"x\"}",
            "{\"who\":\"x\",\"changes\":[null]}",
            "{\"who\":\"x\",\"changes\":[{\"id\":9999,\"action\":\"drop\",\"label\":\"\",\"note\":\"why\",\"before\":\"\",\"label_before\":\"\"}]}",
            "{\"who\":\"x\",\"changes\":[{\"id\":3,\"action\":\"relabel\",\"label\":\"no"
                + " class\",\"note\":\"\",\"before\":\"\",\"label_before\":\"\"}]}",
            "{\"who\":\"x\",\"changes\":[{\"id\":3}]}")) {
      assertThat(decide(body).statusCode()).as(body).isEqualTo(400);
    }
    assertThat(temp.resolve("audit/decisions.csv")).doesNotExist();
  }

  /** The live page and the offline report have the same numbers. */
  @Test
  void theReportHasTheSameRows() throws Exception {
    study.run("mse", NOISE, 1, 0.9, 0.6);
    study.run("mse", NOISE, 2, 0.8, 0.7);
    Path out = temp.resolve("study");
    Report.write(List.of(out), temp.resolve("report"), Thresholds.DEFAULT);
    String page = Files.readString(temp.resolve("report/report.html"));
    String start = "<script type=\"application/json\" id=\"data\">";
    int from = page.indexOf(start) + start.length();
    JsonNode report = Json.MAPPER.readTree(page.substring(from, page.indexOf("</script>", from)));
    server.close();
    server = LiveServer.start(List.of(out), "127.0.0.1", 0);
    assertThat(server.address()).as("kept with its token").startsWith(base + "/");
    JsonNode live = Json.MAPPER.readTree(get("/api/model", cookie).body());
    for (String part : List.of("/overview/runs", "/overview/groups", "/findings/verdicts")) {
      assertThat(live.at("/model" + part)).as(part).isEqualTo(report.at("/model" + part));
    }
    JsonNode group = report.at("/model/overview/groups/1");
    String key = "group:" + group.get("key").asString();
    JsonNode curve = Json.MAPPER.readTree(get("/api/curves?key=" + key, cookie).body()).get(key);
    assertThat(curve).isEqualTo(report.at("/curves").get(key));
    assertThat(curve.at("/lines/j1/mean/5").asDouble()).isEqualTo(0.85);
    assertThat(group.at("/means/j1/mean").asDouble()).isCloseTo(0.85, within(1e-12));
  }

  @Test
  void theAddressIsKeptInAPrivateFile() throws Exception {
    Path file = temp.resolve("study").resolve(Address.FILE);
    Assumptions.assumeTrue(Files.exists(file), "no POSIX permissions here");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    String address = server.address();
    // Another server of the same study gets another port and does not take the first one's away.
    try (LiveServer second = LiveServer.start(List.of(temp.resolve("study")), "127.0.0.1", 0)) {
      assertThat(second.address()).isNotEqualTo(address);
    }
    server.close();
    server = LiveServer.start(List.of(temp.resolve("study")), "127.0.0.1", 0);
    assertThat(server.address()).isEqualTo(address);
    server.close();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    server = LiveServer.start(List.of(temp.resolve("study")), "127.0.0.1", 0);
    assertThat(server.address().replaceFirst(".*=", ""))
        .as("a token that others could read")
        .isNotEqualTo(address.replaceFirst(".*=", ""));
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    server.close();
    Files.writeString(file, "null");
    server = LiveServer.start(List.of(temp.resolve("study")), "127.0.0.1", 0);
    assertThat(Files.readString(file)).as("replaced").contains("token");
  }

  @Test
  void anOpenPageGetsWhatHappenedLast() throws Exception {
    JsonNode model = Json.MAPPER.readTree(get("/api/model", cookie).body());
    CompletableFuture<String> stream =
        client
            .sendAsync(
                HttpRequest.newBuilder(
                        URI.create(base + "/api/events?after=" + model.get("position").asString()))
                    .header("Cookie", cookie)
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .thenApply(HttpResponse::body);
    Thread.sleep(300); // until it is open
    study.run("mse", NOISE, 1, 0.9, 0.6);
    server.close();
    assertThat(stream.get(10, TimeUnit.SECONDS)).contains("event: rows", "\"loss\":\"mse\"");
  }

  @Test
  void aDirectoryWithoutAStudyIsRefused() {
    assertThatThrownBy(() -> LiveServer.start(List.of(temp.resolve("none")), "127.0.0.1", 0))
        .isInstanceOf(InputException.class);
  }

  @Test
  void aDirectoryThatCannotBeReadLeavesNoSocketOpen() throws Exception {
    Path audit = Files.createDirectories(temp.resolve("audit"));
    MadeUpAudit.of(60, 5).write(audit);
    new MadeUpStudy(audit.resolve("folds/0"), "glyphs", 6, 3).run("mse", NOISE, 1, 0.8, 0.7);
    Path loop = audit.resolve("folds/0/runs/loop");
    Files.createSymbolicLink(loop, loop);
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThatThrownBy(() -> LiveServer.start(List.of(audit), "127.0.0.1", port))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("cannot read " + loop + ": ");
    new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
  }

  /** A directory of results has an index, and every study a page of its own. */
  @Test
  void studiesAndAuditsOfADirectoryAreNotMixed() throws Exception {
    Path results = temp.resolve("results");
    Path second = results.resolve("paper/second");
    new MadeUpStudy(results.resolve("first"), "glyphs", 6, 3).run("mse", NOISE, 1, 0.8, 0.7);
    MadeUpStudy other = new MadeUpStudy(second, "glyphs", 6, 3);
    other.run("cce", NOISE, 1, 0.95, 0.6);
    Path audit = Files.createDirectories(results.resolve("audits/pets"));
    MadeUpAudit.of(60, 5).write(audit);
    server.close();
    server = LiveServer.start(List.of(results), "127.0.0.1", 0);
    base = server.address().replaceFirst("/\\?.*", "");
    cookie =
        get(server.address().substring(base.length()), "")
            .headers()
            .firstValue("Set-Cookie")
            .orElseThrow()
            .split(";", 2)[0];
    JsonNode index = Json.MAPPER.readTree(get("/api/model", cookie).body());
    assertThat(index.at("/model/overview/runs")).isEmpty();
    assertThat(index.get("studies").findValuesAsString("name"))
        .containsExactly("first", "paper/second");
    assertThat(index.at("/studies/1/totals/done").asInt()).isEqualTo(1);
    assertThat(index.at("/audits/0/name").asString()).isEqualTo("audits/pets");
    assertThat(get("/audit/0/", cookie).statusCode()).isEqualTo(200);

    assertThat(get("/study/1/", cookie).statusCode()).isEqualTo(200);
    assertThat(get("/study/1/", "").statusCode()).isEqualTo(403);
    assertThat(get("/study/1/main.js", cookie).body()).isEqualTo(get("/main.js", cookie).body());
    JsonNode page = Json.MAPPER.readTree(get("/study/1/api/model", cookie).body());
    assertThat(page.get("name").asString()).isEqualTo("paper/second");
    assertThat(page.at("/model/overview/runs")).hasSize(1);
    assertThat(page.at("/model/overview/runs/0/loss").asString()).isEqualTo("cce");
    assertThat(page.get("audits")).isEmpty();
    for (String nowhere :
        List.of(
            "/study/2/",
            "/study/1",
            "/study/0/audit/0/",
            "/study/x/",
            HUGE,
            HUGE + "api/model",
            "/audit/99999999999/")) {
      assertThat(get(nowhere, cookie).statusCode()).as(nowhere).isEqualTo(404);
    }
    // a run that ends reaches its own page, and the index
    other.run("mse", NOISE, 1, 0.9, 0.6);
    assertThat(nextEvent("/study/1/api/events", page.get("position").asString()))
        .contains("event: rows", "\"loss\":\"mse\"");
    assertThat(nextEvent("/api/events", index.get("position").asString()))
        .contains("event: studies", "\"runs\":2");
  }
}

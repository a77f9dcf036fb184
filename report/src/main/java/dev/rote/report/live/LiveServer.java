package dev.rote.report.live;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rote.analysis.Evidence;
import dev.rote.analysis.Replicates;
import dev.rote.analysis.ResultDirectories;
import dev.rote.audit.AuditFiles;
import dev.rote.report.audit.AuditPage;
import dev.rote.report.page.Curves;
import dev.rote.report.page.Draw;
import dev.rote.report.page.Images;
import dev.rote.report.page.Overview;
import dev.rote.report.page.PageFiles;
import dev.rote.report.page.PageJson;
import dev.rote.report.page.SampleHistory;
import dev.rote.run.Json;
import dev.rote.run.StoredRun;
import dev.rote.run.StudyDirectory;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;

/**
 * Serves the live page of studies and audits, or, of a directory that holds several, an index of
 * them and a page for each. Everything is read from their directories; the server writes only
 * decisions about the labels of audits.
 */
public final class LiveServer implements AutoCloseable {
  private static final int MOST_THREADS = 64;
  private static final int LARGEST_REQUEST = 4 << 20;
  private static final long LOOK_MILLISECONDS = 1_000;
  private static final long KEEP_ALIVE_MILLISECONDS = 10_000;
  private static final long LAST_WORD_NANOSECONDS = 1_000_000_000;
  private static final long POLL_NANOSECONDS = 10_000_000;
  private static final int MOST_SAMPLES = 200;
  private static final Pattern STUDY = Pattern.compile("/study/(\\d{1,4})(/.*)");
  private static final Pattern AUDIT = Pattern.compile("/audit/(\\d{1,4})/(decisions)?");
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
          + " data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors"
          + " 'none'";

  private final HttpServer server;
  private final Access access;
  private final StudyPage root;
  private final List<StudyPage> pages;
  private final Audits audits;
  private final Images images = new Images();
  private final ExecutorService threads;
  private final ScheduledExecutorService clock;
  private final AtomicInteger streams = new AtomicInteger();
  private List<StudyPage.Row> rows;

  /**
   * What is served.
   *
   * @param root page of studies that are shown together; of none where there is an index
   * @param pages a page for each study of an index
   */
  private record Served(StudyPage root, List<StudyPage> pages, Audits audits) {
    /**
     * Finds what directories hold.
     *
     * @throws InputException if one holds neither a study nor an audit
     */
    static Served of(List<Path> directories) throws IOException {
      Map<Path, String> studies = new LinkedHashMap<>();
      List<Audits.Entry> audits = new ArrayList<>();
      boolean index = false;
      for (Path directory : directories) {
        List<Path> found =
            Files.isDirectory(directory) ? ResultDirectories.below(directory) : List.of();
        if (found.isEmpty()) {
          StudyDirectory.requireStudy(directory);
        }
        boolean parent = !found.equals(List.of(directory));
        index |= parent;
        for (Path path : found) {
          String name =
              !parent
                  ? name(path.toAbsolutePath().normalize().getFileName())
                  : name(directories.size() == 1 ? directory.relativize(path) : path);
          if (AuditFiles.holdsAudit(path)) {
            audits.add(new Audits.Entry(name, path));
          } else {
            studies.put(path, name);
          }
        }
      }
      List<StudyPage> pages = new ArrayList<>();
      if (index) {
        for (Map.Entry<Path, String> study : studies.entrySet()) {
          pages.add(new StudyPage(study.getValue(), List.of(study.getKey())));
        }
      }
      return new Served(
          new StudyPage("", index ? List.of() : List.copyOf(studies.keySet())),
          List.copyOf(pages),
          new Audits(audits));
    }
  }

  private LiveServer(HttpServer server, Access access, Served served) throws IOException {
    this.server = server;
    this.access = access;
    this.root = served.root();
    this.pages = served.pages();
    this.audits = served.audits();
    this.rows = studies();
    this.audits.look();
    this.threads = Executors.newFixedThreadPool(MOST_THREADS, task -> daemon(task, "rote-page"));
    this.clock = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "rote-watch"));
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts a server in threads that do not keep the program alive.
   *
   * @param directories results directories of studies and audits, finished or not, whose studies
   *     are shown together; or directories that hold such, whose studies have a page each
   * @param host address to listen on; {@code 127.0.0.1} is reachable from this machine only
   * @param port 0 for that of the last server of the first directory, or any free one
   * @throws InputException if a directory holds neither, or the address cannot be used
   */
  public static LiveServer start(List<Path> directories, String host, int port) {
    try {
      Served served = Served.of(directories);
      Optional<Address> kept = Address.kept(directories.get(0));
      String token = kept.orElseGet(Address::random).token();
      HttpServer server = bind(host, port == 0 ? kept.map(Address::port).orElse(0) : port, port);
      int bound = server.getAddress().getPort();
      if (port != 0 || kept.isEmpty()) {
        new Address(bound, token).keep(directories.get(0));
      }
      LiveServer live = new LiveServer(server, new Access(host, bound, token), served);
      server.start();
      live.clock.scheduleWithFixedDelay(
          live::look, LOOK_MILLISECONDS, LOOK_MILLISECONDS, TimeUnit.MILLISECONDS);
      return live;
    } catch (IOException e) {
      throw new InputException(
          "the page cannot be served on %s, port %d: %s; choose another --host or --port"
              .formatted(host, port, e.getMessage()),
          e);
    }
  }

  /** Listens on the requested port or, if it is in use, on another. */
  private static HttpServer bind(String host, int wanted, int otherwise) throws IOException {
    InetAddress address = InetAddress.getByName(host);
    try {
      return HttpServer.create(new InetSocketAddress(address, wanted), 0);
    } catch (BindException e) {
      if (wanted == otherwise) {
        throw e;
      }
      return HttpServer.create(new InetSocketAddress(address, otherwise), 0);
    }
  }

  /** Returns the address to open, with the token. */
  public String address() {
    InetSocketAddress at = server.getAddress();
    String host = at.getAddress().getHostAddress();
    return "http://%s:%d/?token=%s"
        .formatted(host.contains(":") ? "[" + host + "]" : host, at.getPort(), access.token());
  }

  private synchronized void look() {
    root.look();
    pages.forEach(StudyPage::look);
    root.look(
        () -> {
          if (audits.look()) {
            root.log().add("audits", PageJson.of(audits.rows()));
          }
          List<StudyPage.Row> now = studies();
          if (!now.equals(rows)) {
            rows = now;
            root.log().add("studies", PageJson.of(now));
          }
        });
  }

  /** Returns what the index says about each study. */
  private List<StudyPage.Row> studies() {
    return IntStream.range(0, pages.size()).mapToObj(i -> pages.get(i).row(i)).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        answer(exchange);
      } catch (InputException e) {
        send(exchange, 400, "text/plain; charset=utf-8", bytes(e.getMessage()));
      } catch (JacksonException e) {
        send(
            exchange,
            400,
            "text/plain; charset=utf-8",
            bytes("the request is not the JSON expected"));
      } catch (RuntimeException e) {
        send(exchange, 500, "text/plain; charset=utf-8", bytes("the server failed: " + e));
      }
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (!access.expectedHost(exchange)) {
      send(
          exchange,
          403,
          "text/plain; charset=utf-8",
          bytes("This is not the address that rote printed."));
      return;
    }
    if (path.equals("/") && access.tokenInAddress(exchange)) {
      exchange.getResponseHeaders().add("Set-Cookie", access.cookieHeader());
      exchange.getResponseHeaders().add("Location", "/");
      send(exchange, 303, "text/plain; charset=utf-8", bytes("See /"));
      return;
    }
    if (!access.tokenInCookie(exchange)) {
      send(
          exchange,
          403,
          "text/plain; charset=utf-8",
          bytes("Open the whole address that rote printed, with its token."));
      return;
    }
    StudyPage page = root;
    Matcher study = STUDY.matcher(path);
    if (study.matches()) {
      int number = Integer.parseInt(study.group(1));
      if (number >= pages.size()) {
        notFound(exchange);
        return;
      }
      page = pages.get(number);
      path = study.group(2);
    }
    Matcher audit = AUDIT.matcher(path);
    boolean post = exchange.getRequestMethod().equals("POST");
    if (page == root && audit.matches()) {
      audit(exchange, Integer.parseInt(audit.group(1)), audit.group(2) != null, post);
    } else if (!exchange.getRequestMethod().equals("GET")) {
      send(exchange, 405, "text/plain; charset=utf-8", bytes("Only GET is allowed here."));
    } else if (path.equals("/")) {
      send(exchange, 200, "text/html; charset=utf-8", bytes(PageFiles.live()));
    } else if (path.startsWith("/api/")) {
      api(exchange, page, path.substring("/api/".length()));
    } else {
      byte[] file = PageFiles.file(path.substring(1));
      if (file == null) {
        notFound(exchange);
      } else {
        send(exchange, 200, path.endsWith(".css") ? "text/css" : "text/javascript", file);
      }
    }
  }

  private void api(HttpExchange exchange, StudyPage page, String call) throws IOException {
    QueryParameters parameters = QueryParameters.of(exchange);
    switch (call) {
      case "model" -> {
        Watch.Moment moment = page.model();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("model", moment.model());
        answer.put("position", moment.position());
        answer.put("name", page.name());
        answer.put("studies", page == root ? studies() : List.of());
        answer.put("audits", page == root ? audits.rows() : List.of());
        json(exchange, answer);
      }
      case "events" -> events(exchange, page.log(), parameters);
      case "curves" -> {
        Map<String, Curves> curves = new LinkedHashMap<>();
        for (String key : parameters.all("key")) {
          curves(page, key).ifPresent(found -> curves.put(key, found));
        }
        json(exchange, curves);
      }
      case "samples" -> json(exchange, samples(page, parameters));
      case "confusion" -> {
        StoredRun run = run(page, parameters);
        json(
            exchange,
            SampleHistory.confusion(run, parameters.integer("epoch", 1, run.epochs().size())));
      }
      case "image" -> image(exchange, page, parameters);
      default -> notFound(exchange);
    }
  }

  private static Optional<Curves> curves(StudyPage page, String key) {
    Evidence evidence = page.evidence();
    String name = key.substring(key.indexOf(':') + 1);
    if (key.startsWith("group:")) {
      return evidence.replicates().stream()
          .filter(group -> Overview.key(group.condition()).equals(name))
          .findFirst()
          .map((Replicates group) -> Curves.of(group));
    }
    return find(page, name).map((StoredRun run) -> Curves.of(run));
  }

  private static StoredRun run(StudyPage page, QueryParameters parameters) {
    return run(page, parameters.one("run").orElse(""));
  }

  private static StoredRun run(StudyPage page, String id) {
    return find(page, id).orElseThrow(() -> new InputException("there is no run '" + id + "'"));
  }

  private static Optional<StoredRun> find(StudyPage page, String id) {
    return page.evidence().runs().stream()
        .map(run -> run.run())
        .filter(run -> run.record().id().equals(id))
        .findFirst();
  }

  private static SampleHistory samples(StudyPage page, QueryParameters parameters)
      throws IOException {
    String key = parameters.one("draw").orElse("");
    Draw draw =
        Draw.of(page.evidence()).stream()
            .filter(d -> d.key().equals(key))
            .findFirst()
            .orElseThrow(() -> new InputException("there is no draw '" + key + "'"));
    SampleHistory.Kind kind =
        switch (parameters.one("kind").orElse("altered")) {
          case "altered" -> (original, observed, predicted) -> true;
          case "memorized" -> (original, observed, predicted) -> predicted == observed;
          case "corrected" -> (original, observed, predicted) -> predicted == original;
          case "other" ->
              (original, observed, predicted) -> predicted != original && predicted != observed;
          default -> throw new InputException("kind is altered, memorized, corrected or other");
        };
    return SampleHistory.of(
        draw.runs().stream().map(id -> run(page, id)).toList(),
        parameters.integer("judge", 0, draw.runs().size() - 1),
        parameters.integer("epoch", 1, Integer.MAX_VALUE),
        kind,
        parameters.integer("most", 1, MOST_SAMPLES));
  }

  private void image(HttpExchange exchange, StudyPage page, QueryParameters parameters)
      throws IOException {
    StoredRun run = run(page, parameters);
    int at = parameters.integer("at", 0, run.record().data().samples() - 1);
    Optional<String> missing = images.missing(run.record());
    if (missing.isPresent()) {
      send(exchange, 404, "text/plain; charset=utf-8", bytes(missing.get()));
    } else {
      exchange.getResponseHeaders().set("Cache-Control", "private, max-age=86400, immutable");
      send(exchange, 200, "image/png", images.png(run.record(), at));
    }
  }

  /** Sends events until the page disconnects or the server stops. */
  private void events(HttpExchange exchange, EventLog log, QueryParameters parameters)
      throws IOException {
    String from =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Last-Event-ID"))
            .or(() -> parameters.one("after"))
            .orElse("");
    long number = log.known(from);
    headers(exchange, "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    streams.incrementAndGet();
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes("retry: 1000\n\n"));
      if (number < 0) {
        out.write(bytes("id: %s\nevent: reset\ndata: {}\n\n".formatted(log.position())));
        number = log.known(log.position());
      }
      out.flush();
      boolean open = true;
      while (open) {
        List<EventLog.Event> events = log.after(number, KEEP_ALIVE_MILLISECONDS);
        for (EventLog.Event event : events) {
          out.write(
              bytes(
                  "id: %s\nevent: %s\ndata: %s\n\n"
                      .formatted(log.id(event.number()), event.kind(), event.data())));
          number = event.number();
        }
        if (events.isEmpty()) {
          out.write(bytes(": still here\n\n"));
          open = !log.closed();
        }
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // The page has disconnected.
    } finally {
      streams.decrementAndGet();
    }
  }

  private void audit(HttpExchange exchange, int number, boolean decisions, boolean post)
      throws IOException {
    Optional<Path> page = audits.page(number);
    if (page.isEmpty()) {
      notFound(exchange);
    } else if (!decisions) {
      exchange
          .getResponseHeaders()
          .set("Content-Security-Policy", "default-src 'none'; " + AuditPage.servedPolicy());
      send(
          exchange,
          200,
          "text/html; charset=utf-8",
          bytes(AuditPage.served(Files.readString(page.get()))));
    } else if (!post) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("position", root.log().position());
      answer.put("decisions", audits.review(number).decisions());
      json(exchange, answer);
    } else if (!"application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
      send(exchange, 415, "text/plain; charset=utf-8", bytes("Send application/json."));
    } else {
      byte[] body = exchange.getRequestBody().readNBytes(LARGEST_REQUEST + 1);
      if (body.length > LARGEST_REQUEST) {
        throw new InputException("the request is too large; decide about fewer samples at once");
      }
      Review.Answer answer =
          audits.review(number).change(Json.MAPPER.readValue(body, Review.Request.class));
      root.log()
          .add("decisions", PageJson.of(Map.of("audit", number, "decisions", answer.decisions())));
      json(exchange, answer);
    }
  }

  private static String name(Path path) {
    return path == null ? "" : path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }

  private static void json(HttpExchange exchange, Object value) throws IOException {
    send(exchange, 200, "application/json", bytes(PageJson.of(value)));
  }

  private static void notFound(HttpExchange exchange) throws IOException {
    send(exchange, 404, "text/plain; charset=utf-8", bytes("Not found."));
  }

  private static void headers(HttpExchange exchange, String type) {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    if (!headers.containsKey("Content-Security-Policy")) {
      headers.set("Content-Security-Policy", POLICY);
    }
    if (!headers.containsKey("Cache-Control")) {
      headers.set("Cache-Control", "no-store");
    }
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    headers(exchange, type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Stops following and serving, after sending the last events to open pages. */
  @Override
  public void close() {
    clock.shutdownNow();
    look();
    root.log().close();
    pages.forEach(page -> page.log().close());
    long end = System.nanoTime() + LAST_WORD_NANOSECONDS;
    while (streams.get() > 0 && System.nanoTime() < end) {
      LockSupport.parkNanos(POLL_NANOSECONDS);
    }
    threads.shutdownNow();
    server.stop(0);
  }
}

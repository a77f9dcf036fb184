package dev.rote.report.live;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rote.report.audit.AuditPage;
import dev.rote.report.page.Curves;
import dev.rote.report.page.Images;
import dev.rote.report.page.PageFiles;
import dev.rote.report.page.PageJson;
import dev.rote.report.page.SampleHistory;
import dev.rote.run.Json;
import dev.rote.run.StoredRun;
import dev.rote.text.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final Pattern STUDY = Pattern.compile("/study/(\\d{1,4})(/.*)");
  private static final Pattern AUDIT = Pattern.compile("/audit/(\\d{1,4})/(decisions)?");

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

  private LiveServer(HttpServer server, Access access, Served served) {
    this.server = server;
    this.access = access;
    this.root = served.root();
    this.pages = served.pages();
    this.audits = served.audits();
    this.rows = studies();
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
    if (port < 0 || port > Address.LARGEST_PORT) {
      throw new InputException("port %d is outside [0, %d]".formatted(port, Address.LARGEST_PORT));
    }
    Served served = read(directories);
    try {
      // from here on nothing is read that may fail, so that no socket stays open
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

  private static Served read(List<Path> directories) {
    try {
      Served served = Served.of(directories);
      served.audits().look();
      return served;
    } catch (FileSystemException e) {
      throw InputException.cannotRead(Path.of(String.valueOf(e.getFile())), e);
    } catch (IOException e) {
      throw InputException.cannotRead(directories.get(0), e);
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
    Response response = new Response(exchange);
    try (exchange) {
      try {
        answer(exchange);
      } catch (InputException e) {
        response.text(400, e.getMessage());
      } catch (JacksonException e) {
        response.text(400, "the request is not the JSON expected");
      } catch (IOException | RuntimeException e) {
        // A disk that is full, for example. If the connection has failed, this fails as well.
        response.text(500, "the server failed: " + e);
      }
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    Response response = new Response(exchange);
    String path = exchange.getRequestURI().getPath();
    if (!access.expectedHost(exchange)) {
      response.text(
          403,
          "This is not the address that rote printed. A tunnel needs the same port at both ends.");
      return;
    }
    if (path.equals("/") && access.tokenInAddress(exchange)) {
      exchange.getResponseHeaders().add("Set-Cookie", access.cookieHeader());
      exchange.getResponseHeaders().add("Location", "/");
      response.text(303, "See /");
      return;
    }
    if (!access.tokenInCookie(exchange)) {
      response.text(403, "Open the whole address that rote printed, with its token.");
      return;
    }
    StudyPage page = root;
    Matcher study = STUDY.matcher(path);
    if (study.matches()) {
      int number = Integer.parseInt(study.group(1));
      if (number >= pages.size()) {
        response.notFound();
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
      response.text(405, "Only GET is allowed here.");
    } else if (path.equals("/")) {
      response.html(PageFiles.live());
    } else if (path.startsWith("/api/")) {
      api(exchange, page, path.substring("/api/".length()));
    } else {
      byte[] file = PageFiles.file(path.substring(1));
      if (file == null) {
        response.notFound();
      } else {
        response.send(200, path.endsWith(".css") ? "text/css" : "text/javascript", file);
      }
    }
  }

  private void api(HttpExchange exchange, StudyPage page, String call) throws IOException {
    Response response = new Response(exchange);
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
        response.json(answer);
      }
      case "events" -> events(exchange, page.log(), parameters);
      case "curves" -> {
        Map<String, Curves> curves = new LinkedHashMap<>();
        for (String key : parameters.all("key")) {
          page.curves(key).ifPresent(found -> curves.put(key, found));
        }
        response.json(curves);
      }
      case "samples" -> response.json(page.samples(parameters));
      case "confusion" -> {
        StoredRun run = page.run(parameters.one("run").orElse(""));
        response.json(
            SampleHistory.confusion(run, parameters.integer("epoch", 1, run.epochs().size())));
      }
      case "image" -> image(exchange, page, parameters);
      default -> response.notFound();
    }
  }

  private void image(HttpExchange exchange, StudyPage page, QueryParameters parameters)
      throws IOException {
    Response response = new Response(exchange);
    StoredRun run = page.run(parameters.one("run").orElse(""));
    int at = parameters.integer("at", 0, run.record().data().samples() - 1);
    Optional<String> missing = images.missing(run.record());
    if (missing.isPresent()) {
      response.text(404, missing.get());
    } else {
      exchange.getResponseHeaders().set("Cache-Control", "private, max-age=86400, immutable");
      response.send(200, "image/png", images.png(run.record(), at));
    }
  }

  /** Sends events until the page disconnects or the server stops. */
  private void events(HttpExchange exchange, EventLog log, QueryParameters parameters)
      throws IOException {
    Response response = new Response(exchange);
    String from =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Last-Event-ID"))
            .or(() -> parameters.one("after"))
            .orElse("");
    long number = log.known(from);
    response.headers("text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    streams.incrementAndGet();
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(Response.bytes("retry: 1000\n\n"));
      if (number < 0) {
        out.write(Response.bytes("id: %s\nevent: reset\ndata: {}\n\n".formatted(log.position())));
        number = log.known(log.position());
      }
      out.flush();
      boolean open = true;
      while (open) {
        List<EventLog.Event> events = log.after(number, KEEP_ALIVE_MILLISECONDS);
        for (EventLog.Event event : events) {
          out.write(
              Response.bytes(
                  "id: %s\nevent: %s\ndata: %s\n\n"
                      .formatted(log.id(event.number()), event.kind(), event.data())));
          number = event.number();
        }
        if (events.isEmpty()) {
          out.write(Response.bytes(": still here\n\n"));
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
    Response response = new Response(exchange);
    Optional<Path> page = audits.page(number);
    if (page.isEmpty()) {
      response.notFound();
    } else if (!decisions) {
      exchange
          .getResponseHeaders()
          .set("Content-Security-Policy", "default-src 'none'; " + AuditPage.servedPolicy());
      response.html(AuditPage.served(Files.readString(page.get())));
    } else if (!post) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("position", root.log().position());
      answer.put("decisions", audits.review(number).decisions());
      response.json(answer);
    } else if (!"application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
      response.text(415, "Send application/json.");
    } else {
      byte[] body = exchange.getRequestBody().readNBytes(LARGEST_REQUEST + 1);
      if (body.length > LARGEST_REQUEST) {
        throw new InputException("the request is too large; decide about fewer samples at once");
      }
      Review.Answer answer =
          audits.review(number).change(Json.MAPPER.readValue(body, Review.Request.class));
      root.log()
          .add("decisions", PageJson.of(Map.of("audit", number, "decisions", answer.decisions())));
      response.json(answer);
    }
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

package dev.rote.report.live;

import com.sun.net.httpserver.HttpExchange;
import dev.rote.report.page.PageJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Answers a request, with the headers that keep a page to itself. */
record Response(HttpExchange exchange) {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
          + " data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors"
          + " 'none'";

  /** Sends a line of text. */
  void text(int status, String line) throws IOException {
    send(status, "text/plain; charset=utf-8", bytes(line));
  }

  /** Sends a page. */
  void html(String page) throws IOException {
    send(200, "text/html; charset=utf-8", bytes(page));
  }

  void json(Object value) throws IOException {
    send(200, "application/json", bytes(PageJson.of(value)));
  }

  void notFound() throws IOException {
    text(404, "Not found.");
  }

  /** Sets the headers of an answer of a type; those that are set already stay. */
  void headers(String type) {
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

  void send(int status, String type, byte[] body) throws IOException {
    headers(type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

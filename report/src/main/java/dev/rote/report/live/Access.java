package dev.rote.report.live;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides who may use the page: whoever has the token, under a host name that the server expects.
 *
 * <p>The token comes once, in the address that the command prints, and is kept in a cookie that
 * scripts cannot read and other sites cannot send. Checking the host name prevents DNS rebinding,
 * where another site makes its own name resolve to this server.
 */
final class Access {
  private final String token;
  private final String cookie;
  private final Set<String> hosts;

  Access(String host, int port, String token) {
    this.token = token;
    cookie = "rote-" + port;
    hosts =
        Set.copyOf(
            List.of(
                "127.0.0.1:" + port,
                "localhost:" + port,
                "[::1]:" + port,
                "[" + host.toLowerCase(Locale.ROOT) + "]:" + port,
                host.toLowerCase(Locale.ROOT) + ":" + port));
  }

  String token() {
    return token;
  }

  /** Returns whether the request names this server as its host, and comes from no other site. */
  boolean expectedHost(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    String host = headers.getFirst("Host");
    String origin = headers.getFirst("Origin");
    return host != null
        && hosts.contains(host.toLowerCase(Locale.ROOT))
        && (origin == null || origin.equalsIgnoreCase("http://" + host));
  }

  /** Returns whether the query of the request has the token. */
  boolean tokenInAddress(HttpExchange exchange) {
    return QueryParameters.of(exchange).one("token").filter(this::same).isPresent();
  }

  /** Returns whether a cookie of the request has the token. */
  boolean tokenInCookie(HttpExchange exchange) {
    for (String line :
        Optional.ofNullable(exchange.getRequestHeaders().get("Cookie")).orElse(List.of())) {
      for (String part : line.split(";", -1)) {
        String[] pair = part.strip().split("=", 2);
        if (pair.length == 2 && pair[0].equals(cookie) && same(pair[1])) {
          return true;
        }
      }
    }
    return false;
  }

  String cookieHeader() {
    return cookie + "=" + token + "; Path=/; HttpOnly; SameSite=Strict";
  }

  private boolean same(String given) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }
}

package dev.rote.report.live;

import com.sun.net.httpserver.HttpExchange;
import dev.rote.text.InputException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters of a request's query. */
record QueryParameters(Map<String, List<String>> values) {
  static QueryParameters of(HttpExchange exchange) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    String query = exchange.getRequestURI().getRawQuery();
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      values
          .computeIfAbsent(decoded(parts[0]), name -> new ArrayList<>())
          .add(parts.length == 2 ? decoded(parts[1]) : "");
    }
    return new QueryParameters(values);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new InputException("the address has an invalid percent escape", e);
    }
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  Optional<String> one(String name) {
    return all(name).stream().findFirst();
  }

  /** Returns an integer; throws an {@link InputException} if it is missing or out of range. */
  int integer(String name, int least, int most) {
    String text = one(name).orElse("");
    if (text.matches("\\d{1,9}")
        && Integer.parseInt(text) >= least
        && Integer.parseInt(text) <= most) {
      return Integer.parseInt(text);
    }
    throw new InputException(
        "%s '%s' is not an integer from %d to %d".formatted(name, text, least, most));
  }
}

package dev.rote.report.page;

import dev.rote.run.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes the JSON of a page: one line, names in snake case, null for NaN and infinities. */
public final class PageJson {
  private static final JsonMapper MAPPER =
      Json.WITHOUT_NAN.rebuild().disable(SerializationFeature.INDENT_OUTPUT).build();

  private static final MathContext DIGITS = new MathContext(6);

  private PageJson() {}

  /** Returns {@code value} as JSON. */
  public static String of(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** Returns {@code value} as JSON that cannot end the script element that holds it. */
  public static String forScript(Object value) {
    return of(value).replace("<", "\\u003c");
  }

  /** Rounds to six significant digits; returns null for NaN and infinities. */
  static Double rounded(double value) {
    return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : null;
  }
}

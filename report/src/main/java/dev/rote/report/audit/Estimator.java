package dev.rote.report.audit;

import java.util.Objects;

/**
 * What one way of estimating the noise rate gave.
 *
 * @param name in a few words
 * @param rate the estimate
 * @param note where it comes from, or why it is not to be trusted here; may be empty
 */
public record Estimator(String name, Rate rate, String note) {
  public Estimator {
    Objects.requireNonNull(name);
    Objects.requireNonNull(rate);
    Objects.requireNonNull(note);
  }
}

package dev.rote.audit;

import java.util.Objects;

/**
 * What one estimator makes of the noise rate.
 *
 * @param name of the estimator
 * @param rate estimated share of wrong labels; its interval, if any, is over samples alone
 * @param what it looks at, in a few words; may be empty
 */
public record Estimate(String name, Rate rate, String what) {
  public Estimate {
    Objects.requireNonNull(name);
    Objects.requireNonNull(rate);
    Objects.requireNonNull(what);
  }
}

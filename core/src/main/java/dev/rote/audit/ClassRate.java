package dev.rote.audit;

import java.util.Objects;

/**
 * Noise of one observed class.
 *
 * @param name of the class
 * @param samples that carry this label, at least one
 * @param rate estimated share of them that are wrong; unknown if they are few
 */
public record ClassRate(String name, int samples, Rate rate) {
  public ClassRate {
    Objects.requireNonNull(name);
    Objects.requireNonNull(rate);
  }
}

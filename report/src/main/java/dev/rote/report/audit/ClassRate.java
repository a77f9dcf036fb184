package dev.rote.report.audit;

import java.util.Objects;

/**
 * How noisy the labels of one class are.
 *
 * @param samples number of samples that are labelled as it
 * @param rate share of them that is wrong
 */
public record ClassRate(String name, int samples, Rate rate) {
  public ClassRate {
    Objects.requireNonNull(name);
    Objects.requireNonNull(rate);
  }
}

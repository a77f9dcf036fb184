package dev.rote.random;

/** The normal distribution of mean 0 and variance 1. */
public final class StandardNormal {
  /** The 97.5% quantile: 95% of the values lie within this distance of 0. */
  public static final double QUANTILE_975 = 1.959963984540054;

  private StandardNormal() {}
}

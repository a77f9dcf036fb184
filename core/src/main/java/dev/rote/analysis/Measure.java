package dev.rote.analysis;

import dev.rote.memorization.SeedSummary;
import dev.rote.run.EpochRecord;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The quantities measured in every epoch; files of curves have all of them. */
public enum Measure {
  J1("J1", e -> e.memorization().j1()),
  J2("J2", e -> e.memorization().j2()),
  MEMORIZED("memorized", e -> e.memorization().memorized()),
  CORRECTED("corrected", e -> e.memorization().corrected()),
  OTHER("other", e -> e.memorization().other()),
  TEST("test accuracy", EpochRecord::test),
  LOSS("loss", EpochRecord::loss),
  RUNNING_J1("running J1", e -> e.running().j1()),
  RUNNING_J2("running J2", e -> e.running().j2()),
  SUSCEPTIBILITY("susceptibility", e -> e.extra().susceptibility()),
  CRITICAL_RATIO("critical sample ratio", e -> e.extra().criticalRatio()),
  LOSS_SENSITIVITY("loss sensitivity", e -> e.extra().lossSensitivity()),
  SENSITIVITY_GINI("Gini coefficient of loss sensitivity", e -> e.extra().sensitivityGini());

  /** The measures of the last epoch that tables show. */
  public static final List<Measure> IN_TABLES = List.of(J1, J2, MEMORIZED, CORRECTED, TEST);

  private final String label;
  private final ToDoubleFunction<EpochRecord> value;

  Measure(String label, ToDoubleFunction<EpochRecord> value) {
    this.label = label;
    this.value = value;
  }

  /** Returns the name that figures and tables show. */
  public String label() {
    return label;
  }

  /** Summarizes values of several seeds; the interval of a share stays within [0, 1]. */
  public SeedSummary summary(double[] values) {
    SeedSummary summary = SeedSummary.of(values);
    return this == LOSS || this == SUSCEPTIBILITY || this == LOSS_SENSITIVITY
        ? summary
        : summary.within(0, 1);
  }

  /** Returns the value of one epoch; NaN where there is nothing to measure. */
  public double of(EpochRecord epoch) {
    return value.applyAsDouble(epoch);
  }
}

package dev.rote.engine;

import dev.rote.data.DataSpec;
import dev.rote.noise.LabelNoise;
import java.util.Optional;

/**
 * Specifies which labels to audit, and how.
 *
 * @param data the labelled images; ones that cannot be read are left out
 * @param noise a noise that alters the labels first, to try the audit itself
 * @param seed seed of folds, weights and batch order
 * @param training how the networks train
 * @param machine the resources of this machine that they may use
 */
public record AuditSpec(
    DataSpec data, Optional<LabelNoise> noise, long seed, AuditTraining training, Machine machine) {
  /** Leaves out images that cannot be read. */
  public AuditSpec {
    data = data.leavingOutUnreadable();
  }

  /** Audits a data set with default settings. */
  public static AuditSpec of(DataSpec data) {
    return new AuditSpec(data, Optional.empty(), 1, AuditTraining.DEFAULT, Machine.AUTOMATIC);
  }
}

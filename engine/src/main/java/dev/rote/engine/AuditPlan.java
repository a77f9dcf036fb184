package dev.rote.engine;

import dev.rote.study.LossSpec;
import java.util.List;

/**
 * What an audit would do, without doing it.
 *
 * @param images number of images whose labels are audited
 * @param warnings what is known about the images before anything is trained
 */
public record AuditPlan(
    int images,
    List<String> classNames,
    AuditSettings settings,
    LossSpec loss,
    List<String> warnings) {
  /** Copies the lists. */
  public AuditPlan {
    classNames = List.copyOf(classNames);
    warnings = List.copyOf(warnings);
  }
}

package dev.rote.engine;

import java.util.List;

/** Thrown when runs that a result depends on are not finished. Finished runs keep their results. */
public final class IncompleteException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<RunFailure> missing;
  private final int planned;

  /**
   * Names what is missing.
   *
   * @param missing at least one run
   * @param planned number of runs that were planned
   */
  IncompleteException(List<RunFailure> missing, int planned) {
    super(
        "%d of %d runs not finished: %s: %s"
            .formatted(
                missing.size(), planned, missing.get(0).run().label(), missing.get(0).reason()));
    this.missing = List.copyOf(missing);
    this.planned = planned;
  }

  /** Returns the runs that are not finished. */
  public List<RunFailure> missing() {
    return missing;
  }

  /** Returns the number of runs that were planned. */
  public int planned() {
    return planned;
  }
}

package dev.rote.audit;

import dev.rote.text.Names;
import java.util.Objects;

/**
 * What a person decided about the label of one sample.
 *
 * @param id sample id: the position of the sample in its source
 * @param path of its image as the source names it; empty where the source has no files
 * @param observed name of the class that it was labelled as
 * @param action what is to be done with the label
 * @param label name of the class that it gets: {@code observed} where it is kept, empty where it is
 *     dropped
 * @param note why, or anything else to remember; may be empty
 */
public record Decision(
    long id, String path, String observed, Action action, String label, String note) {
  /** Makes a decision without a note. */
  public Decision(long id, String path, String observed, Action action, String label) {
    this(id, path, observed, action, label, "");
  }

  public Decision {
    Objects.requireNonNull(path);
    Objects.requireNonNull(note);
    Objects.requireNonNull(action);
    boolean fits =
        switch (action) {
          case KEEP -> label.equals(observed);
          case RELABEL -> !label.isEmpty();
          case DROP -> label.isEmpty();
        };
    if (id < 0 || observed.isEmpty() || !fits) {
      throw new IllegalArgumentException(
          "no decision: id %d, observed '%s', %s, label '%s'"
              .formatted(id, observed, action, label));
    }
  }

  /** What can be done with a label. */
  public enum Action {
    /** The observed label is right. */
    KEEP,
    /** Another label is right. */
    RELABEL,
    /** The sample belongs to no class, or nobody can tell. */
    DROP;

    /** Returns the word that {@code decisions.csv} has for it. */
    @Override
    public String toString() {
      return Names.of(this);
    }
  }
}

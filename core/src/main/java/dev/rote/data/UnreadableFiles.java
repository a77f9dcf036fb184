package dev.rote.data;

/** What becomes of a data set some of whose images cannot be read. */
public enum UnreadableFiles {
  /** The whole set is refused, with one line that names the first such file. */
  REFUSE,
  /** They are left out and listed; ids of the others stay what they would have been. */
  LEAVE_OUT
}

package dev.rote.data;

import java.util.List;

/**
 * A data set as it was read, and what a person should know about the reading.
 *
 * @param unreadable the images that were left out, training images first, in the order of the
 *     source; empty where such images are refused
 * @param notes a line each: what was passed over, what is ambiguous, what was chosen
 */
public record ReadDataSet(DataSet data, List<UnreadableFile> unreadable, List<String> notes) {
  public ReadDataSet {
    unreadable = List.copyOf(unreadable);
    notes = List.copyOf(notes);
  }

  /** A data set that was read whole. */
  static ReadDataSet whole(DataSet data) {
    return new ReadDataSet(data, List.of(), List.of());
  }

  ReadDataSet with(DataSet other) {
    return new ReadDataSet(other, unreadable, notes);
  }
}

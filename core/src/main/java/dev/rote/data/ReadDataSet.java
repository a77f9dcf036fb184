package dev.rote.data;

import java.util.List;
import java.util.Optional;

/**
 * A data set as it was read, and what a person should know about the reading.
 *
 * @param source all training samples of the source, of which {@code data} may be a part
 * @param unreadable the images that were left out, training images first, in the order of the
 *     source; empty where such images are refused
 * @param notes a line each: what was skipped, what is ambiguous, what was chosen
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ReadDataSet(
    DataSet data, Samples source, List<UnreadableFile> unreadable, List<String> notes) {
  /**
   * Samples without their images.
   *
   * @param ids positions in the source
   * @param paths of their images, where there are files
   */
  public record Samples(long[] ids, int[] labels, Optional<List<String>> paths) {}

  public ReadDataSet {
    unreadable = List.copyOf(unreadable);
    notes = List.copyOf(notes);
  }

  /** A data set that was read whole. */
  ReadDataSet(DataSet data, List<UnreadableFile> unreadable, List<String> notes) {
    this(
        data,
        new Samples(data.train().ids(), data.train().labels(), data.train().paths()),
        unreadable,
        notes);
  }

  /** Returns a data set that was read whole, without notes. */
  static ReadDataSet whole(DataSet data) {
    return new ReadDataSet(data, List.of(), List.of());
  }

  /** Returns a part of the data. */
  ReadDataSet with(DataSet part) {
    return new ReadDataSet(part, source, unreadable, notes);
  }
}

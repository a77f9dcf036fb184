package dev.rote.data;

import java.util.List;

/**
 * A data set as it was read, and what of it could not be.
 *
 * @param unreadable the images that were left out, training images first, in the order of the
 *     source; empty where such images are refused
 */
public record ReadDataSet(DataSet data, List<UnreadableFile> unreadable) {
  public ReadDataSet {
    unreadable = List.copyOf(unreadable);
  }
}

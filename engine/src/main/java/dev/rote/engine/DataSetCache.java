package dev.rote.engine;

import dev.rote.data.DataSet;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.text.InputException;

/** Keeps the data set that was read last, since the next run often uses the same. */
final class DataSetCache {
  private DataSpec spec;
  private DataSet data;

  /**
   * Reads a data set, unless it is here.
   *
   * @param digest what its images had when the study was planned
   */
  synchronized DataSet load(DataSpec wanted, String digest) {
    if (!wanted.equals(spec)) {
      spec = null;
      data = DataSets.load(wanted);
      spec = wanted;
    }
    if (!data.digest().equals(digest)) {
      spec = null;
      throw new InputException(
          "the images of " + wanted.dataset() + " have changed since the study was planned");
    }
    return data;
  }
}

package dev.rote.data;

import java.nio.file.Path;
import java.util.Optional;

/** A kind of data set, as {@code --dataset} names it. */
interface DataSource {
  /** Where the files of a source are. */
  enum Place {
    /** It reads no files. */
    NONE,
    /** A path has to be given. */
    GIVEN,
    /** A path may be given; without one, {@link DataSets#home} is searched. */
    HOME
  }

  /** Returns the name, as options and files write it. */
  String name();

  /** Returns where the files of the source are. */
  Place place();

  /** Describes what {@code --data} must name, for the error message if it is missing. */
  default String needs() {
    return "";
  }

  /** Returns whether images are files, which are read as {@link DataSpec.ImageFiles} says. */
  default boolean readsImageFiles() {
    return place() == Place.GIVEN;
  }

  /** Returns whether {@link DataSpec#split} chooses between its parts. */
  default boolean hasSplits() {
    return false;
  }

  /** Returns whether {@link #read} already draws the subsets that a specification asks for. */
  default boolean drawsSubsets() {
    return false;
  }

  /** Returns how many images were published, if the source is a published data set of one size. */
  default Optional<DataSpec.Subset> published() {
    return Optional.empty();
  }

  /**
   * Reads the whole data set.
   *
   * @param place file or directory that exists; any path where {@link Place#NONE}
   * @throws dev.rote.text.InputException if files are missing, damaged or do not fit together
   */
  ReadDataSet read(Path place, DataSpec spec);
}

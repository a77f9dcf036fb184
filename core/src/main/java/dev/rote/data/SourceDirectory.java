package dev.rote.data;

import dev.rote.text.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the files of public data sets in the places where people keep them. */
final class SourceDirectory {
  private SourceDirectory() {}

  /**
   * Returns the first of {@code root} and its subdirectories {@code below} that has one of {@code
   * files}.
   *
   * @param dataset name of the source, for the error
   */
  static Path find(Path root, String dataset, List<String> below, List<String> files) {
    List<Path> places = Stream.concat(Stream.of(root), below.stream().map(root::resolve)).toList();
    return places.stream()
        .filter(place -> file(place, files).isPresent())
        .findFirst()
        .orElseThrow(() -> missing(dataset, files.get(0), places));
  }

  /** Returns the error for a data set that is in none of the places. */
  static InputException missing(String dataset, String file, List<Path> places) {
    return new InputException(
        "%s is not there: looked for %s in %s; %s--data names another directory"
            .formatted(
                dataset,
                file,
                places.stream().map(Path::toString).collect(Collectors.joining(", ")),
                PublicData.NAMES.contains(dataset)
                    ? PublicData.fetchCommand(dataset) + " gets it, "
                    : ""));
  }

  /** Returns the first of {@code names} that is a file in {@code directory}. */
  static Optional<Path> file(Path directory, List<String> names) {
    return names.stream().map(directory::resolve).filter(Files::isRegularFile).findFirst();
  }
}

package dev.rote.data;

import dev.rote.text.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Image files and the names of their classes, as a source lists them, before any file is decoded.
 *
 * @param source what an error calls it
 * @param labels name of the class of each file
 * @param originals the labels before noise, where the source has them
 */
record Listing(
    String source, List<ImageFile> files, List<String> labels, Optional<List<String>> originals) {
  Listing {
    files = List.copyOf(files);
    labels = List.copyOf(labels);
    originals = originals.map(List::copyOf);
  }

  /** Returns the names that occur as labels or original labels. */
  List<String> classes() {
    List<String> all = new ArrayList<>(Set.copyOf(labels));
    originals.ifPresent(all::addAll);
    return Classes.of(all);
  }

  /** Returns these files and then those of another part of the same source. */
  Listing and(Listing other) {
    List<ImageFile> allFiles = new ArrayList<>(files);
    allFiles.addAll(other.files);
    List<String> allLabels = new ArrayList<>(labels);
    allLabels.addAll(other.labels);
    return new Listing(source + ", " + other.source, allFiles, allLabels, Optional.empty());
  }

  /**
   * Reads a data set of image files.
   *
   * @param name of the data set
   * @param notes what is known about the reading so far
   */
  static ReadDataSet read(
      String name, Listing train, Optional<Listing> test, DataSpec spec, List<String> notes) {
    List<String> classes = train.classes();
    LabelledImages.requireClasses(train.source, classes.size());
    List<UnreadableFile> unreadable = new ArrayList<>();
    LabelledImages training = train.labelled(classes).read(spec, true, unreadable);
    Optional<LabelledImages> testing =
        test.map(
            listing -> {
              for (String other : listing.classes()) {
                if (!classes.contains(other)) {
                  throw new InputException(
                      "class '%s' in %s is not among the training classes in %s"
                          .formatted(other, listing.source, train.source));
                }
              }
              return listing.labelled(classes).read(spec, false, unreadable);
            });
    List<String> all = new ArrayList<>(notes);
    all.addAll(Classes.alike(train.source, classes));
    return new ReadDataSet(new DataSet(name, training, testing), unreadable, all);
  }

  private LabelledFiles labelled(List<String> classes) {
    return new LabelledFiles(
        source,
        classes,
        files,
        Classes.indices(labels, classes),
        originals.map(names -> Classes.indices(names, classes)));
  }
}

package dev.rote.cli;

import dev.rote.study.StudyOptions;
import dev.rote.text.InputException;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that say which images are used. A value that is not given is null. */
final class DataOptions {
  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description =
          "glyphs, mnist, cifar10, cifar100, folder, manifest, … (docs/data.md lists all)")
  private List<String> datasets = List.of();

  @Option(names = "--data", paramLabel = "PATH", description = "directory or file of the data set")
  String data;

  @Option(
      names = "--subset",
      paramLabel = "N",
      description = "use N training images, equally many of each class")
  Integer subset;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description = "side that images of folders and manifests are resized to")
  Integer imageSize;

  @Option(names = "--grey", description = "read images of folders and manifests as grey")
  Boolean grey;

  @Option(
      names = "--split",
      paramLabel = "NAMES",
      description =
          "which of the folders train, val, test, ... to train on or audit, as in train,val"
              + " (default: train)")
  String split;

  /** Returns the data sets that are named. */
  List<String> datasets() {
    return datasets;
  }

  /** Returns the data set that is named; null if none is. */
  String dataset() {
    if (datasets.size() > 1) {
      throw new InputException("--dataset is given twice; only a study takes several");
    }
    return datasets.isEmpty() ? null : datasets.get(0);
  }

  /** Returns the images, of one of the data sets. */
  StudyOptions.Images images(String dataset, Integer testSubset, Double subsample, Long dataSeed) {
    return new StudyOptions.Images(
        dataset, data, subset, testSubset, subsample, imageSize, grey, split, dataSeed);
  }
}

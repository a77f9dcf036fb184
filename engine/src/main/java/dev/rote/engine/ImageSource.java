package dev.rote.engine;

import dev.rote.audit.AuditFiles;
import dev.rote.audit.AuditedSamples;
import dev.rote.data.DataSpec;
import dev.rote.data.Duplicates;
import dev.rote.data.LabelFile;
import dev.rote.data.LabelledImages;
import dev.rote.data.ReadDataSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Where audited images come from.
 *
 * @param data the images
 * @param out directory of the audit's results
 */
record ImageSource(DataSpec data, Path out) {
  /**
   * Refuses a directory of results that lies among the images or holds something else than an
   * audit.
   */
  void requireUsable() {
    data.requireApart(out);
    AuditFiles.requireOwn(out);
  }

  /** Returns the list of images that decisions are applied to, if they are files. */
  Optional<Path> manifest() {
    return switch (data.dataset()) {
      case "folder" -> Optional.of(out.resolve(AuditFiles.MANIFEST));
      case "manifest" -> data.path().map(Path::of);
      default -> Optional.empty();
    };
  }

  /** Returns the directory that paths of images are relative to, if they are files. */
  Optional<Path> root() {
    Optional<Path> there = data.path().map(path -> Path.of(path).toAbsolutePath().normalize());
    return switch (data.dataset()) {
      case "folder" -> there;
      case "manifest" -> there.map(Path::getParent);
      default -> Optional.empty();
    };
  }

  /**
   * Returns the labels of images in their order, written to a file of the audit where none has
   * them.
   *
   * @param whole whether all images that the source lists could be read
   */
  LabelSource labels(LabelledImages images, boolean whole) throws IOException {
    if (root().isEmpty()) {
      Path labels = out.resolve(AuditFiles.LABELS);
      long[] positions = LongStream.range(0, images.size()).toArray();
      LabelFile.write(labels, positions, images.labels(), images.classNames());
      return LabelSource.of(labels);
    }
    Path list = manifest().orElseThrow();
    if (data.dataset().equals("folder") || !whole || data.subset().train().isPresent()) {
      list = out.resolve(AuditFiles.MANIFEST);
      AuditFiles.writeManifest(
          list, root().orElseThrow(), AuditedSamples.of(images, images.labels()), List.of());
    }
    return new LabelSource(
        Optional.empty(),
        Optional.of(list),
        images.classNames(),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  /** Returns warnings about the images themselves. */
  static List<String> warnings(ReadDataSet read, Duplicates duplicates) {
    List<String> warnings = new ArrayList<>(read.notes());
    if (!read.unreadable().isEmpty()) {
      warnings.add(
          "images that cannot be read and are left out: %,d; the first, %s, %s"
              .formatted(
                  read.unreadable().size(),
                  read.unreadable().get(0).path(),
                  read.unreadable().get(0).reason()));
    }
    read.data()
        .test()
        .map(test -> Duplicates.leakage(read.data().train(), test))
        .filter(leakage -> leakage.images() > 0)
        .ifPresent(
            leakage ->
                warnings.add(
                    "test images that are also among the training images: %,d, with another label: %,d; test accuracy is too high, so take them out of one part"
                        .formatted(leakage.images(), leakage.relabelled())));
    if (!duplicates.conflicting().isEmpty()) {
      warnings.add(
          "images that occur several times under different labels: %,d; labels that are wrong for certain: at least %,d"
              .formatted(duplicates.conflicting().size(), duplicates.atLeastWrong()));
    }
    return warnings;
  }
}

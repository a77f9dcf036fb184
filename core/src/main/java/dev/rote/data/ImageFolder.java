package dev.rote.data;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A folder of images for each class.
 *
 * <p>Classes are the folders that hold an image at any depth. Folders named {@code train}, {@code
 * training}, {@code val}, {@code valid}, {@code validation}, {@code test} or {@code testing}, in
 * any case, that hold folders and no images are splits: the class folders are those within. The
 * training split is read, and the test split, else the validation split, as test images, unless a
 * specification names splits. A split may have a {@code metadata.csv} or {@code metadata.jsonl}
 * instead of class folders ({@link FolderMetadata}). Sample ids are positions in the sorted listing
 * of a part, images that cannot be read included.
 */
final class ImageFolder implements DataSource {
  private static final List<String> TRAINING = List.of("train", "training");
  private static final List<String> VALIDATION = List.of("val", "valid", "validation");
  private static final List<String> TEST = List.of("test", "testing");

  @Override
  public String name() {
    return "folder";
  }

  @Override
  public Place place() {
    return Place.GIVEN;
  }

  @Override
  public String needs() {
    return "its directory: --data DIR, with one folder of images per class";
  }

  @Override
  public boolean hasSplits() {
    return true;
  }

  @Override
  public ReadDataSet read(Path root, DataSpec spec) {
    if (!Files.isDirectory(root)) {
      throw new InputException(
          root
              + " is not a directory; data set folder needs one with a folder of images per class");
    }
    FolderTree tree = new FolderTree(root);
    List<String> notes = new ArrayList<>();
    List<String> splits = splits(root, tree, spec.split().isPresent(), notes);
    if (spec.split().isPresent() && splits.isEmpty()) {
      throw new InputException(
          "--split %s: %s has no folders such as train and test"
              .formatted(spec.split().get(), root));
    }
    List<String> parts = new ArrayList<>();
    Optional<String> test = Optional.empty();
    if (spec.split().isPresent()) {
      for (String name : spec.split().get().split(",")) {
        parts.add(named(name.strip(), splits));
      }
    } else if (!splits.isEmpty()) {
      String train =
          first(TRAINING, splits)
              .orElseThrow(
                  () ->
                      new InputException(
                          "%s has the splits %s and none for training; --split chooses"
                              .formatted(root, String.join(", ", splits))));
      parts.add(train);
      test = first(TEST, splits).or(() -> first(VALIDATION, splits));
      notes.add(
          "%s has the splits %s: training images are those of %s%s; --split chooses others"
              .formatted(
                  root,
                  String.join(", ", splits),
                  train,
                  test.map(name -> ", test images those of " + name).orElse("")));
    }
    if (parts.isEmpty()) {
      parts.add("");
    }
    Listing train = null;
    for (String part : new LinkedHashSet<>(parts)) {
      Listing listing = part(root, part, tree, notes);
      train = train == null ? listing : train.and(listing);
    }
    Optional<Listing> testing = test.map(name -> part(root, name, tree, notes));
    notes.addAll(tree.notes());
    return Listing.read(name(), train, testing, spec, notes);
  }

  /** Returns the names of the folders that look like splits, regardless of other files. */
  static List<String> splits(Path root) {
    FolderTree tree = new FolderTree(root);
    return tree.folders(root).stream()
        .filter(name -> isSplitName(name) && isSplit(root.resolve(name), tree))
        .toList();
  }

  private static boolean isSplit(Path folder, FolderTree tree) {
    return FolderMetadata.in(folder).isPresent()
        || (!tree.folders(folder).isEmpty() && !tree.holdsImages(folder));
  }

  /** Names of the folders that are splits; none where the folders of the root are classes. */
  private static List<String> splits(
      Path root, FolderTree tree, boolean asked, List<String> notes) {
    List<String> splits = new ArrayList<>();
    List<String> others = new ArrayList<>();
    List<String> withImages = new ArrayList<>();
    Optional<FolderMetadata> whole = FolderMetadata.in(root).filter(FolderMetadata::hasLabels);
    for (String name : tree.folders(root)) {
      Path folder = root.resolve(name);
      if (!isSplitName(name)) {
        others.add(name);
      } else if (isSplit(folder, tree) || whole.filter(m -> m.isOf(name)).isPresent()) {
        splits.add(name);
      } else {
        withImages.add(name);
      }
    }
    if (splits.isEmpty()) {
      if (others.isEmpty() && !withImages.isEmpty() && FolderMetadata.in(root).isEmpty()) {
        throw new InputException(
            "%s holds the splits %s, but no class folders in them; put the images into a folder for each class, or list them with their labels in a manifest"
                .formatted(root, String.join(", ", withImages)));
      }
      return List.of();
    }
    others.removeIf(name -> !asked && tree.images(root.resolve(name)).isEmpty());
    others.addAll(withImages);
    if (others.isEmpty() || asked) {
      return splits;
    }
    if (first(TRAINING, splits).isPresent() && splits.size() > 1) {
      notes.add(
          "%s has the splits %s; the folders %s beside them are skipped"
              .formatted(root, String.join(", ", splits), String.join(", ", others)));
      return splits;
    }
    throw new InputException(
        "%s holds '%s', which may be a split or a class, beside %s; choose with --split %s, or rename the folder"
            .formatted(root, splits.get(0), String.join(", ", others), splits.get(0)));
  }

  private static boolean isSplitName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return TRAINING.contains(lower) || VALIDATION.contains(lower) || TEST.contains(lower);
  }

  private static Optional<String> first(List<String> wanted, List<String> splits) {
    return splits.stream()
        .filter(name -> wanted.contains(name.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  private static String named(String name, List<String> splits) {
    if (splits.contains(name)) {
      return name;
    }
    return splits.stream()
        .filter(split -> split.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> new InputException(Names.unknown("split", name, splits)));
  }

  private static Listing part(Path root, String name, FolderTree tree, List<String> notes) {
    Path part = root.resolve(name);
    Optional<FolderMetadata> metadata =
        FolderMetadata.in(part)
            .or(() -> FolderMetadata.in(root).filter(whole -> whole.isOf(name)))
            .filter(FolderMetadata::hasLabels);
    if (metadata.isPresent()) {
      Listing listing = metadata.get().listing(name, tree);
      int images = tree.images(part).size();
      long listed = listing.files().stream().distinct().count();
      if (images > listed) {
        notes.add(
            "%s does not list all images of %s, and the others are left out: %,d of %,d are listed"
                .formatted(metadata.get().file(), part, listed, images));
      }
      return listing;
    }
    List<String> names = tree.folders(part);
    if (names.isEmpty()) {
      throw new InputException(part + " holds no folders; one for each class is needed");
    }
    List<ImageFile> files = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    for (String folder : names) {
      List<Path> images = tree.images(part.resolve(folder));
      if (images.isEmpty()) {
        empty.add(folder);
      }
      for (Path image : images) {
        files.add(ImageFile.of(image, tree.relative(image), image.toString()));
        labels.add(folder);
      }
    }
    if (files.isEmpty()) {
      throw new InputException(part + " holds no " + ImageFormat.NAMES + " image");
    }
    Set<String> classes = new LinkedHashSet<>(labels);
    if (classes.size() == 1) {
      requireClassesWithin(part, classes.iterator().next(), tree);
    }
    if (!empty.isEmpty()) {
      notes.add(
          "folders of %s without a %s image are not classes: %s"
              .formatted(part, ImageFormat.NAMES, String.join(", ", empty)));
    }
    noteLikeFolders(part, classes, tree, notes);
    return new Listing(part.toString(), files, labels, Optional.empty());
  }

  /** A single folder usually holds the class folders. */
  private static void requireClassesWithin(Path part, String only, FolderTree tree) {
    List<String> within = tree.folders(part.resolve(only));
    if (within.size() > 1) {
      throw new InputException(
          "%s holds one folder with images, '%s', and that one holds the folders %s; if those are the classes, give %s"
              .formatted(part, only, shown(within), part.resolve(only)));
    }
  }

  /** Folders that hold only folders of the same names are parts of one data set more often. */
  private static void noteLikeFolders(
      Path part, Set<String> classes, FolderTree tree, List<String> notes) {
    List<String> within = null;
    for (String name : classes) {
      Path folder = part.resolve(name);
      List<String> folders = tree.folders(folder);
      if (folders.size() < 2
          || tree.holdsImages(folder)
          || (within != null && !within.equals(folders))) {
        return;
      }
      within = folders;
    }
    if (within != null && classes.size() > 1) {
      notes.add(
          "the folders %s of %s are taken for classes, but all hold only the same folders %s; if those are the classes, give one of %s"
              .formatted(
                  shown(List.copyOf(classes)),
                  part,
                  shown(within),
                  classes.stream().limit(3).map(name -> part.resolve(name).toString()).toList()));
    }
  }

  private static String shown(List<String> names) {
    return names.size() <= 5
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 5)) + ", …";
  }
}

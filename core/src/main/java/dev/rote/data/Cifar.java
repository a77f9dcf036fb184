package dev.rote.data;

import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * CIFAR-10 and CIFAR-100 (Krizhevsky 2009), from the binary or the Python release, unpacked or as
 * the published archive. A record of the binary release is one label, for CIFAR-100 a coarse and a
 * fine one, and 3·32·32 bytes in channel planes. Of CIFAR-100 the fine labels count.
 */
final class Cifar implements DataSource {
  private static final List<String> TEN =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static final String HUNDRED_NAMES =
      "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge"
          + " bus butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud"
          + " cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox"
          + " girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster"
          + " man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter"
          + " palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit"
          + " raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake"
          + " spider squirrel streetcar sunflower sweet_pepper table tank telephone television"
          + " tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm";

  private static final List<String> HUNDRED = List.of(HUNDRED_NAMES.split(" "));

  private static final int SIDE = 32;
  private static final int PIXELS = 3 * SIDE * SIDE;
  private static final int MOST_RECORDS = 100_000;

  private final Variant variant;

  /**
   * How the two data sets differ.
   *
   * @param folders places below a directory of data, the binary release first
   * @param training names of the training batches without extension
   * @param labelBytes bytes before the pixels of a record, of which the last is the label
   * @param key of the labels in the Python release
   */
  private record Variant(
      String name,
      List<String> classes,
      List<String> folders,
      List<String> archives,
      List<String> training,
      String test,
      int labelBytes,
      String key) {}

  private Cifar(Variant variant) {
    this.variant = variant;
  }

  /** Returns the source of CIFAR-10. */
  static Cifar ten() {
    return new Cifar(
        new Variant(
            "cifar10",
            TEN,
            List.of(
                "cifar-10-batches-bin",
                "cifar10",
                "cifar10/cifar-10-batches-bin",
                "cifar-10-batches-py",
                "cifar10/cifar-10-batches-py"),
            List.of("cifar-10-binary.tar.gz", "cifar-10-python.tar.gz"),
            List.of("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"),
            "test_batch",
            1,
            "labels"));
  }

  /** Returns the source of CIFAR-100. */
  static Cifar hundred() {
    return new Cifar(
        new Variant(
            "cifar100",
            HUNDRED,
            List.of(
                "cifar-100-binary",
                "cifar100",
                "cifar100/cifar-100-binary",
                "cifar-100-python",
                "cifar100/cifar-100-python"),
            List.of("cifar-100-binary.tar.gz", "cifar-100-python.tar.gz"),
            List.of("train"),
            "test",
            2,
            "fine_labels"));
  }

  @Override
  public Optional<DataSpec.Subset> published() {
    return Optional.of(new DataSpec.Subset(Optional.of(50_000), Optional.of(10_000)));
  }

  @Override
  public String name() {
    return variant.name();
  }

  @Override
  public Place place() {
    return Place.HOME;
  }

  @Override
  public ReadDataSet read(Path root, DataSpec spec) {
    Batches batches = batches(root);
    return ReadDataSet.whole(
        new DataSet(
            name(),
            images(batches, variant.training()),
            Optional.of(images(batches, List.of(variant.test())))));
  }

  /**
   * Where the batches are.
   *
   * @param binary whether they are records, else pickles
   * @param contents gives the bytes of a batch by its name without extension
   */
  private record Batches(Path place, boolean binary, Content contents) {}

  /** Gives the bytes of a batch. */
  @FunctionalInterface
  private interface Content {
    byte[] read(String name);
  }

  private Batches batches(Path root) {
    List<Path> places =
        Files.isRegularFile(root)
            ? List.of(root)
            : Stream.of(
                    Stream.of(root),
                    variant.folders().stream().map(root::resolve),
                    variant.archives().stream().map(root::resolve))
                .flatMap(all -> all)
                .toList();
    String first = variant.training().get(0);
    for (Path place : places) {
      if (Files.isRegularFile(place)) {
        return archive(place);
      }
      for (String extension : List.of(".bin", "")) {
        if (Files.isRegularFile(place.resolve(first + extension))) {
          return folder(place, extension);
        }
      }
    }
    throw SourceDirectory.missing(name(), first + ".bin", places);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(variant.training());
    names.add(variant.test());
    return names;
  }

  private Batches folder(Path place, String extension) {
    for (String name : names()) {
      Path file = place.resolve(name + extension);
      if (!Files.isRegularFile(file)) {
        throw new InputException(
            "%s is incomplete: %s is missing%s".formatted(name(), file, remedy()));
      }
    }
    return new Batches(
        place,
        extension.equals(".bin"),
        name -> {
          Path file = place.resolve(name + extension);
          try {
            return Files.readAllBytes(file);
          } catch (IOException e) {
            throw InputException.cannotRead(file, e);
          }
        });
  }

  private String remedy() {
    return PublicData.NAMES.contains(name())
        ? "; " + PublicData.fetchCommand(name()) + " gets it"
        : "; unpack the archive again";
  }

  private Batches archive(Path file) {
    LinkedHashSet<String> wanted = new LinkedHashSet<>();
    names().forEach(name -> wanted.addAll(List.of(name, name + ".bin")));
    // the archive holds one of the releases, so half of the names are found
    Map<String, byte[]> found = TarFile.read(file, wanted);
    boolean binary = found.containsKey(variant.test() + ".bin");
    Map<String, byte[]> contents = new HashMap<>();
    for (String name : names()) {
      byte[] content = found.get(binary ? name + ".bin" : name);
      if (content == null) {
        throw new InputException(
            "%s does not hold %s of %s; name the published archive or its folder"
                .formatted(file, name, name()));
      }
      contents.put(name, content);
    }
    return new Batches(file, binary, contents::get);
  }

  private LabelledImages images(Batches batches, List<String> names) {
    List<Batch> read =
        names.stream()
            .map(
                name -> {
                  String source = batches.place().resolve(name).toString();
                  byte[] content = batches.contents().read(name);
                  return batches.binary()
                      ? records(content, source + ".bin")
                      : pickled(content, source);
                })
            .toList();
    int n = read.stream().mapToInt(batch -> batch.labels().length).sum();
    byte[] pixels = new byte[n * PIXELS];
    int[] labels = new int[n];
    int at = 0;
    for (Batch batch : read) {
      System.arraycopy(batch.labels(), 0, labels, at, batch.labels().length);
      System.arraycopy(batch.pixels(), 0, pixels, at * PIXELS, batch.pixels().length);
      at += batch.labels().length;
    }
    return new LabelledImages(
        ImageShape.square(3, SIDE),
        variant.classes(),
        pixels,
        labels,
        Optional.empty(),
        LongStream.range(0, n).toArray(),
        Optional.empty());
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Batch(int[] labels, byte[] pixels) {}

  private Batch records(byte[] content, String source) {
    int record = variant.labelBytes() + PIXELS;
    int n = content.length / record;
    if (n == 0 || content.length % record != 0 || n > MOST_RECORDS) {
      throw new InputException(
          "%s is truncated or corrupt: %d bytes are not whole records of %d"
              .formatted(source, content.length, record));
    }
    int[] labels = new int[n];
    byte[] pixels = new byte[n * PIXELS];
    for (int i = 0; i < n; i++) {
      labels[i] = content[i * record + variant.labelBytes() - 1] & 0xff;
      requireClass(labels[i], i, source);
      System.arraycopy(content, i * record + variant.labelBytes(), pixels, i * PIXELS, PIXELS);
    }
    return new Batch(labels, pixels);
  }

  private Batch pickled(byte[] content, String source) {
    Map<String, Object> batch = Pickle.read(content, source);
    if (!(batch.get(variant.key()) instanceof List<?> given)
        || !(batch.get("data") instanceof Pickle.Bytes data)
        || data.columns() != PIXELS
        || data.values().length != given.size() * PIXELS) {
      throw new InputException(
          "%s does not hold data [N,%d] and N %s".formatted(source, PIXELS, variant.key()));
    }
    int[] labels = new int[given.size()];
    for (int i = 0; i < labels.length; i++) {
      if (!(given.get(i) instanceof Long label)) {
        throw new InputException("%s: label %d is not a number".formatted(source, i));
      }
      labels[i] = (int) Math.max(-1, Math.min(Integer.MAX_VALUE, label));
      requireClass(labels[i], i, source);
    }
    return new Batch(labels, data.values());
  }

  private void requireClass(int label, int record, String source) {
    if (label < 0 || label >= variant.classes().size()) {
      throw new InputException(
          "%s is corrupt: label %d of record %d is outside [0, %d)"
              .formatted(source, label, record, variant.classes().size()));
    }
  }
}

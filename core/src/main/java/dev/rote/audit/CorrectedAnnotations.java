package dev.rote.audit;

import dev.rote.data.Annotations;
import dev.rote.data.Annotations.Entry;
import dev.rote.data.Crop;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Annotations with the classes of their boxes and images as decided, in their own format. */
public final class CorrectedAnnotations {
  private CorrectedAnnotations() {}

  /** How many annotations got another class, and how many were removed. */
  public record Written(int changed, int removed) {}

  /**
   * Writes corrected annotations; what was not decided about stays.
   *
   * @param annotations what the manifest was made of
   * @param out the file to write, or the new directory where {@code annotations} is one
   * @throws InputException if the manifest was made of other annotations, or {@code out} cannot be
   *     written
   */
  public static Written write(
      Correction correction,
      Annotations.Format format,
      Path annotations,
      Annotations.Reading reading,
      Path out)
      throws IOException {
    correction.requireWritable(out);
    if (Files.exists(out) && Files.isSameFile(annotations, out)) {
      throw new InputException(out + " is the given file; name another file to write");
    }
    List<String> paths = correction.paths();
    List<Entry> entries =
        format == Annotations.Format.OPEN_IMAGES
            ? ofImages(Annotations.entries(format, annotations, reading), paths)
            : Annotations.entries(format, annotations, reading);
    if (entries.size() != paths.size()) {
      throw new InputException(
          "%s has %,d samples, and the manifest %,d rows; give what the manifest was made of"
              .formatted(annotations, entries.size(), paths.size()));
    }
    Map<Integer, Optional<String>> changes = new HashMap<>();
    entries.forEach(entry -> changes.put(entry.place(), Optional.empty()));
    int changed = 0;
    int kept = 0;
    for (Correction.Sample sample : correction.samples()) {
      Entry entry = entries.get((int) sample.id());
      boolean open = format == Annotations.Format.OPEN_IMAGES;
      String path = open ? withoutEnding(sample.path()) : sample.path();
      String own = open ? entry.image() : entry.path();
      if (!sample.before().equals(entry.label())
          || !(path.equals(own) || path.endsWith("/" + own))) {
        throw new InputException(
            "row %d of the manifest is %s,%s, and the sample in %s is %s,%s; give what the manifest was made of"
                .formatted(
                    sample.id(), sample.path(), sample.before(), annotations, own, entry.label()));
      }
      kept++;
      if (sample.label().equals(sample.before())) {
        changes.remove(entry.place());
      } else {
        changes.put(entry.place(), Optional.of(sample.label()));
        changed++;
      }
    }
    Annotations.rewrite(format, annotations, reading, changes, out);
    return new Written(changed, entries.size() - kept);
  }

  /** Boxes of Open Images are found only in images that exist. */
  private static List<Entry> ofImages(List<Entry> entries, List<String> paths) {
    Set<String> names = new HashSet<>();
    for (String path : paths) {
      String image = withoutEnding(path);
      names.add(image.substring(image.lastIndexOf('/') + 1));
    }
    return entries.stream().filter(entry -> names.contains(entry.image())).toList();
  }

  /** Open Images names images without their endings. */
  private static String withoutEnding(String path) {
    String image = Crop.file(path);
    int dot = image.lastIndexOf('.');
    return dot > image.lastIndexOf('/') ? image.substring(0, dot) : image;
  }
}

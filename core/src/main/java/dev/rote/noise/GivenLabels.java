package dev.rote.noise;

import dev.rote.data.LabelFile;
import dev.rote.data.LabelledImages;
import dev.rote.text.InputException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Observed labels from a file, as of real noise: a {@link LabelFile}, whose labels are matched to
 * samples by id, path or position.
 *
 * @param file read when labels are drawn
 */
record GivenLabels(NoiseFile file) implements LabelNoise {
  static final NoiseKind KIND =
      new NoiseKind("labels", term -> new GivenLabels(NoiseKind.file(term)));

  private LabelFile labels() {
    var unused = file.content(); // throws if the file does not exist
    return LabelFile.read(file.path());
  }

  @Override
  public void requireReadable() {
    var unused = labels();
  }

  @Override
  public NoiseDraw draw(int[] original, long[] ids, int classes, long seed) {
    List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return draw(original, ids, Optional.empty(), names);
  }

  @Override
  public NoiseDraw draw(LabelledImages images, long seed) {
    return draw(images.originalLabels(), images.ids(), images.paths(), images.classNames());
  }

  private NoiseDraw draw(
      int[] original, long[] ids, Optional<List<String>> paths, List<String> classNames) {
    NoiseDraw.requireClasses(classNames.size());
    int[] observed = labels().match(ids, paths, classNames);
    return NoiseDraw.of(original, observed, classNames.size());
  }

  @Override
  public boolean sameAtEverySeed() {
    return true;
  }

  @Override
  public double[][] transitionMatrix(int classes) {
    throw new InputException("given labels are not drawn, so they have no transition matrix");
  }

  @Override
  public String label() {
    return "given labels";
  }

  @Override
  public String toString() {
    return file.text("labels");
  }

  @Override
  public String fingerprint() {
    return file.fingerprint("labels");
  }
}

package dev.rote.report.page;

import dev.rote.data.DataSet;
import dev.rote.data.DataSets;
import dev.rote.data.Inputs;
import dev.rote.data.LabelledImages;
import dev.rote.run.RunRecord;
import dev.rote.text.InputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Reads the images of runs, if their data sets are still in place. */
public final class Images {
  private final Map<String, Optional<DataSet>> byDigest = new HashMap<>();
  private final Map<String, String> reasons = new HashMap<>();
  private Altered altered;

  /** The images that the run shown last saw, if they were altered: those of one run at a time. */
  private record Altered(String digest, Inputs inputs, long seed, LabelledImages images) {}

  /** Returns why a run's images cannot be shown; empty if they can. */
  public synchronized Optional<String> missing(RunRecord record) {
    load(record);
    return Optional.ofNullable(reasons.get(record.data().digest()));
  }

  /**
   * Returns a training image as the network saw it, as a PNG file.
   *
   * @throws java.util.NoSuchElementException if the images cannot be shown
   */
  public synchronized byte[] png(RunRecord record, int position) {
    load(record);
    return png(seen(record), position);
  }

  /**
   * Returns the test images.
   *
   * @throws java.util.NoSuchElementException if the images cannot be shown, or there are none
   */
  public synchronized LabelledImages test(RunRecord record) {
    return load(record).orElseThrow().test().orElseThrow();
  }

  /** Returns one of the images as a PNG file. */
  public static byte[] png(LabelledImages images, int position) {
    int height = images.shape().height();
    int width = images.shape().width();
    int plane = height * width;
    int start = position * images.shape().channels() * plane;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int p = 0; p < plane; p++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        int channel = Math.min(c, images.shape().channels() - 1);
        rgb = rgb << 8 | images.pixels()[start + channel * plane + p] & 0xff;
      }
      image.setRGB(p % width, p / width, rgb);
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }

  private LabelledImages seen(RunRecord record) {
    String digest = record.data().digest();
    DataSet data = byDigest.get(digest).orElseThrow();
    Inputs inputs = record.spec().inputs();
    long seed = record.spec().seed();
    if (inputs == Inputs.NONE) {
      return data.train();
    }
    if (altered == null
        || !altered.digest.equals(digest)
        || altered.inputs != inputs
        || altered.seed != seed) {
      altered = new Altered(digest, inputs, seed, inputs.of(data, seed).train());
    }
    return altered.images;
  }

  private Optional<DataSet> load(RunRecord record) {
    String digest = record.data().digest();
    Optional<DataSet> known = byDigest.get(digest);
    if (known != null) {
      return known;
    }
    Optional<DataSet> loaded = Optional.empty();
    try {
      DataSet data = DataSets.load(record.spec().data());
      if (data.digest().equals(digest)) {
        loaded = Optional.of(data);
      } else {
        reasons.put(digest, "the images have changed since the runs were made");
      }
    } catch (InputException e) {
      reasons.put(digest, e.getMessage());
    }
    byDigest.put(digest, loaded);
    return loaded;
  }
}

package dev.rote.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.random.RandomStreams;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * What a network is given in place of the images, after Zhang, Bengio, Hardt, Recht, Vinyals 2017
 * ("Understanding deep learning requires rethinking generalization", arXiv 1611.03530, section
 * 2.1). Labels stay as they are, training and test images are altered alike, and an altered image
 * is the same in every epoch.
 *
 * <p>Draws depend on the run's seed, the part (training or test) and the image's id alone, so that
 * an image is altered in the same way in every subset.
 */
public enum Inputs {
  /** The images. */
  NONE,
  /** Every image with its pixels in another order, the same for all. */
  SHUFFLED_PIXELS,
  /** Every image with its pixels in another order, drawn for each. */
  RANDOM_PIXELS,
  /**
   * Pixels drawn from a normal distribution with the mean and the C×C covariance of the channels,
   * over all pixels of the training images; pixels are independent. Networks see the moments that
   * they see of the images, since both are standardized: the bytes hold the values at another scale
   * and offset, the same for all channels, so that none is cut off at 0 or 255.
   */
  GAUSSIAN;

  /**
   * Standard deviations on either side of the mean that the bytes have room for: one value in
   * 150,000 lies beyond, and is moved to the edge.
   */
  private static final double ROOM = 4.5;

  /**
   * Reads the text form: {@code none}, {@code shuffled-pixels}, {@code random-pixels} or {@code
   * gaussian}.
   *
   * @throws InputException for any other, with the nearest
   */
  @JsonCreator
  public static Inputs parse(String text) {
    return Names.parse("inputs", Inputs.class, text);
  }

  @Override
  @JsonValue
  public String toString() {
    return Names.of(this);
  }

  /**
   * Returns altered copies of the images of a data set; the data set itself where nothing is
   * altered.
   *
   * @param seed seed of the run
   */
  public DataSet of(DataSet data, long seed) {
    if (this == NONE) {
      return data;
    }
    if (this == GAUSSIAN) {
      Normal normal = Normal.of(data.train());
      // The name says that statistics of the original images do not apply to the bytes.
      return new DataSet(
          this + " " + data.name(),
          normal.draw(data.train(), seed, "train"),
          data.test().map(test -> normal.draw(test, seed, "test")));
    }
    return new DataSet(
        data.name(),
        permuted(data.train(), seed, "train"),
        data.test().map(test -> permuted(test, seed, "test")));
  }

  private LabelledImages permuted(LabelledImages images, long seed, String part) {
    int plane = images.shape().height() * images.shape().width();
    int channels = images.shape().channels();
    byte[] from = images.pixels();
    byte[] to = new byte[from.length];
    long[] fixed = RandomStreams.permutation(plane, seed, "shuffled pixels", 0);
    for (int i = 0; i < images.size(); i++) {
      long[] order =
          this == SHUFFLED_PIXELS
              ? fixed
              : RandomStreams.permutation(plane, seed, part + " pixels", images.ids()[i]);
      for (int c = 0; c < channels; c++) {
        int start = (i * channels + c) * plane;
        for (int p = 0; p < plane; p++) {
          to[start + p] = from[start + (int) order[p]];
        }
      }
    }
    return images.withPixels(to);
  }

  /**
   * A normal distribution of the channels of a pixel, at the scale of the bytes that are drawn.
   *
   * @param mean C means
   * @param root C×C, lower triangular: root times its transpose is the covariance
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Normal(double[] mean, double[][] root) {
    /** Returns the distribution with the moments of images, at the scale that leaves room. */
    static Normal of(LabelledImages images) {
      int channels = images.shape().channels();
      double[] mean = new double[channels];
      double[][] covariance = new double[channels][channels];
      moments(images, mean, covariance);
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < channels; c++) {
        // Of images of one grey level: some room, so that the scale is finite.
        double deviation = Math.max(1, Math.sqrt(covariance[c][c]));
        low = Math.min(low, mean[c] - ROOM * deviation);
        high = Math.max(high, mean[c] + ROOM * deviation);
      }
      double scale = 255 / (high - low);
      double[][] root = cholesky(covariance);
      for (int c = 0; c < channels; c++) {
        mean[c] = scale * (mean[c] - low);
        for (int d = 0; d <= c; d++) {
          root[c][d] *= scale;
        }
      }
      return new Normal(mean, root);
    }

    private static void moments(LabelledImages images, double[] mean, double[][] covariance) {
      int channels = mean.length;
      int plane = images.shape().height() * images.shape().width();
      byte[] pixels = images.pixels();
      long[] sum = new long[channels];
      long[][] products = new long[channels][channels];
      int[] values = new int[channels];
      for (int i = 0; i < images.size(); i++) {
        for (int p = 0; p < plane; p++) {
          for (int c = 0; c < channels; c++) {
            values[c] = pixels[(i * channels + c) * plane + p] & 0xff;
            sum[c] += values[c];
            for (int d = 0; d <= c; d++) {
              products[c][d] += (long) values[c] * values[d];
            }
          }
        }
      }
      double count = (double) images.size() * plane;
      for (int c = 0; c < channels; c++) {
        mean[c] = sum[c] / count;
        for (int d = 0; d <= c; d++) {
          covariance[c][d] = products[c][d] / count - mean[c] * mean[d];
        }
      }
    }

    /** Returns a lower triangular root; channels that others determine add nothing of their own. */
    private static double[][] cholesky(double[][] covariance) {
      int n = covariance.length;
      double[][] root = new double[n][n];
      for (int c = 0; c < n; c++) {
        for (int d = 0; d <= c; d++) {
          double rest = covariance[c][d];
          for (int k = 0; k < d; k++) {
            rest -= root[c][k] * root[d][k];
          }
          root[c][d] =
              c == d ? Math.sqrt(Math.max(0, rest)) : root[d][d] < 1e-6 ? 0 : rest / root[d][d];
        }
      }
      return root;
    }

    LabelledImages draw(LabelledImages images, long seed, String part) {
      int channels = images.shape().channels();
      int plane = images.shape().height() * images.shape().width();
      byte[] to = new byte[images.pixels().length];
      double[] z = new double[channels];
      for (int i = 0; i < images.size(); i++) {
        UniformRandomProvider random =
            RandomStreams.stream(seed, part + " gaussian", images.ids()[i]);
        ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
        for (int p = 0; p < plane; p++) {
          for (int c = 0; c < channels; c++) {
            z[c] = normal.sample();
            double value = mean[c];
            for (int d = 0; d <= c; d++) {
              value += root[c][d] * z[d];
            }
            to[(i * channels + c) * plane + p] =
                (byte) Math.max(0, Math.min(255, Math.round(value)));
          }
        }
      }
      return images.withPixels(to);
    }
  }
}

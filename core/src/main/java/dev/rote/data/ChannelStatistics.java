package dev.rote.data;

/**
 * Mean and standard deviation of each channel, of pixel values scaled to [0, 1].
 *
 * @param mean C means
 * @param std C standard deviations (over all pixels, divided by their number), each above 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ChannelStatistics(float[] mean, float[] std) {
  /** The deviation of a constant channel: one grey level, instead of 0. */
  private static final double SMALLEST_STD = 1.0 / 255;

  public ChannelStatistics {
    if (mean.length != std.length) {
      throw new IllegalArgumentException(mean.length + " means, " + std.length + " deviations");
    }
    for (float s : std) {
      if (!(s > 0)) {
        throw new IllegalArgumentException("standard deviation " + s + " is not above 0");
      }
    }
  }

  /**
   * Returns the statistics that networks standardize {@code data} with: for {@code mnist} and
   * {@code cifar10} the figures of the whole training sets in four digits, which are the constants
   * in general use (0.1307 and 0.3081, as in PyTorch's MNIST example; 0.4914, 0.4822, 0.4465 and
   * 0.2470, 0.2435, 0.2616), whatever subset is taken; else those of the training images.
   */
  public static ChannelStatistics of(DataSet data) {
    return switch (data.name()) {
      case "mnist" -> new ChannelStatistics(new float[] {0.1307f}, new float[] {0.3081f});
      case "cifar10" ->
          new ChannelStatistics(
              new float[] {0.4914f, 0.4822f, 0.4465f}, new float[] {0.2470f, 0.2435f, 0.2616f});
      default -> computed(data.train());
    };
  }

  /** Returns what a byte of each channel is multiplied by, before {@link #shift} is added. */
  public float[] scale() {
    float[] scale = new float[std.length];
    for (int c = 0; c < scale.length; c++) {
      scale[c] = 1f / (255f * std[c]);
    }
    return scale;
  }

  /** Returns what is added to each channel after {@link #scale}. */
  public float[] shift() {
    float[] shift = new float[std.length];
    for (int c = 0; c < shift.length; c++) {
      shift[c] = -mean[c] / std[c];
    }
    return shift;
  }

  /** Returns the statistics of the given images. */
  static ChannelStatistics computed(LabelledImages images) {
    int channels = images.shape().channels();
    int plane = images.shape().height() * images.shape().width();
    long[] sum = new long[channels];
    long[] squares = new long[channels];
    byte[] pixels = images.pixels();
    for (int start = 0; start < pixels.length; start += plane) {
      int channel = start / plane % channels;
      for (int i = start; i < start + plane; i++) {
        long value = Byte.toUnsignedInt(pixels[i]);
        sum[channel] += value;
        squares[channel] += value * value;
      }
    }
    double count = (double) images.size() * plane;
    float[] mean = new float[channels];
    float[] std = new float[channels];
    for (int c = 0; c < channels; c++) {
      double average = sum[c] / count;
      mean[c] = (float) (average / 255);
      double variance = Math.max(0, squares[c] / count - average * average);
      std[c] = (float) Math.max(SMALLEST_STD, Math.sqrt(variance) / 255);
    }
    return new ChannelStatistics(mean, std);
  }
}

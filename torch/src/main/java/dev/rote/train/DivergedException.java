package dev.rote.train;

import dev.rote.study.LossSpec;
import java.util.Locale;

/** Ends a run whose loss is NaN or infinite, since its network cannot recover. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DivergedException(int epoch, LossSpec loss, double mean, double learningRate) {
    super(
        String.format(
            Locale.ROOT,
            "the network diverged in epoch %d: the mean of %s is %s at learning rate %s; lower the"
                + " learning rate, add a warm-up, clip gradients, or choose another loss or"
                + " network",
            epoch,
            loss,
            mean,
            learningRate));
  }
}

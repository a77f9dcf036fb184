package dev.rote.run;

import dev.rote.format.NpyArray;
import dev.rote.text.InputException;
import java.util.Arrays;
import java.util.Optional;

/**
 * What another program logged of a training.
 *
 * @param predictions after each epoch, for each training sample: the predicted class, {@code
 *     [epochs,N]}, or the probability or logit of each class, {@code [epochs,N,K]}
 * @param observed labels that it was trained on, {@code [N]}, from 0
 * @param original original labels, {@code [N]}; the observed ones if they are not known
 * @param test test accuracy after each epoch, if known, {@code [epochs]}, each in [0, 1]
 * @param losses mean training loss of each epoch, if known, {@code [epochs]}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TrainingLog(
    NpyArray predictions,
    int[] observed,
    int[] original,
    Optional<double[]> test,
    Optional<double[]> losses) {
  public TrainingLog {
    int[] shape = predictions.shape();
    if (shape.length != 2 && shape.length != 3) {
      throw new InputException(
          "predictions have %d dimensions; [epochs,N] or [epochs,N,K] is needed"
              .formatted(shape.length));
    }
    if (shape[0] < 1 || shape[1] < 1) {
      throw new InputException("predictions hold no epoch or no sample");
    }
    if (shape.length == 3 && shape[2] < 2) {
      throw new InputException(
          "predictions [epochs,N,K] hold values of %d classes; at least two are needed"
              .formatted(shape[2]));
    }
    requireSamples("observed labels", observed, shape[1]);
    requireSamples("original labels", original, shape[1]);
    test.ifPresent(
        accuracies -> {
          requireEpochs("test accuracies", accuracies, shape[0]);
          if (Arrays.stream(accuracies).anyMatch(a -> !(a >= 0 && a <= 1))) {
            throw new InputException("a test accuracy is outside [0, 1]; give shares, not percent");
          }
        });
    losses.ifPresent(values -> requireEpochs("losses", values, shape[0]));
  }

  private static void requireSamples(String what, int[] labels, int samples) {
    if (labels.length != samples) {
      throw new InputException(
          "%d %s do not fit predictions for %d samples".formatted(labels.length, what, samples));
    }
  }

  private static void requireEpochs(String what, double[] values, int epochs) {
    if (values.length != epochs) {
      throw new InputException(
          "%d %s do not fit predictions after %d epochs".formatted(values.length, what, epochs));
    }
  }

  /** Returns the number of epochs. */
  public int epochs() {
    return predictions.shape()[0];
  }

  /** Returns N. */
  public int samples() {
    return predictions.shape()[1];
  }

  /**
   * Returns the predicted classes after an epoch, {@code [N]}; the class of the highest value where
   * there are values of all classes.
   *
   * @param epoch 1-based
   * @throws InputException if a prediction is not a class
   */
  public int[] predicted(int epoch) {
    int classes = predictions.shape().length == 3 ? predictions.shape()[2] : 1;
    int[] predicted = new int[samples()];
    int at = (epoch - 1) * samples() * classes;
    for (int i = 0; i < predicted.length; i++, at += classes) {
      predicted[i] = predictions.shape().length == 3 ? highest(at, classes) : label(at);
    }
    return predicted;
  }

  private int highest(int at, int classes) {
    int highest = 0;
    for (int k = 0; k < classes; k++) {
      double value = predictions.doubleAt(at + k);
      if (Double.isNaN(value)) {
        throw new InputException("predictions hold a value that is not a number");
      }
      highest = value > predictions.doubleAt(at + highest) ? k : highest;
    }
    return highest;
  }

  private int label(int at) {
    double value = predictions.doubleAt(at);
    if (value != Math.rint(value) || value < 0 || value > Short.MAX_VALUE * 2) {
      throw new InputException(
          "prediction %s is not a class, which is a whole number from 0; probabilities need the shape [epochs,N,K]"
              .formatted(value));
    }
    return (int) value;
  }

  /** Returns K: one more than the highest class that is predicted or a label. */
  public int classes() {
    int highest =
        Math.max(Arrays.stream(observed).max().orElse(0), Arrays.stream(original).max().orElse(0));
    if (predictions.shape().length == 3) {
      return Math.max(highest + 1, predictions.shape()[2]);
    }
    for (int epoch = 1; epoch <= epochs(); epoch++) {
      highest = Math.max(highest, Arrays.stream(predicted(epoch)).max().orElse(0));
    }
    return highest + 1;
  }
}

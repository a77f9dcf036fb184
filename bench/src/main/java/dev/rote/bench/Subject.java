package dev.rote.bench;

import dev.rote.study.Device;
import dev.rote.study.Precision;
import dev.rote.text.Names;
import java.util.Arrays;
import java.util.List;

/** The implementations that are compared. */
enum Subject {
  /** libtorch as a PyTorch script gets it. */
  PLAIN,
  /** The Deep Java Library. */
  DJL,
  /** This project. */
  ROTE,
  /** Nothing but oneDNN's primitives of Rote's step. */
  LIMIT,
  /** PyTorch in Python, eager. */
  PYTORCH,
  /** PyTorch in Python through torch.compile. */
  PYTORCH_COMPILE;

  /** Returns all subjects that can train on a device. */
  static List<Subject> on(Device device) {
    return device == Device.CUDA
        ? List.of(PLAIN, ROTE, PYTORCH, PYTORCH_COMPILE)
        : Arrays.asList(values());
  }

  /** Returns whether it needs a Python with PyTorch. */
  boolean inPython() {
    return this == PYTORCH || this == PYTORCH_COMPILE;
  }

  /** Returns the subject that {@code text} names. */
  static Subject parse(String text) {
    return Names.parse("subject", Subject.class, text);
  }

  /**
   * Returns the precisions that it knows: plain libtorch and DJL are what users run, in float32.
   */
  List<Precision> precisions() {
    return switch (this) {
      case PLAIN, DJL -> List.of(Precision.FLOAT32);
      case LIMIT, PYTORCH, PYTORCH_COMPILE -> List.of(Precision.FLOAT32, Precision.BF16);
      case ROTE -> List.of(Precision.values());
    };
  }

  /**
   * What it multiplies in where {@code asked} was asked for: cuDNN takes TF32 for float32 unless it
   * is told not to, as Rote does and a script does not.
   */
  Precision multipliesIn(Precision asked, Device device) {
    return device == Device.CUDA && this != ROTE && asked == Precision.FLOAT32
        ? Precision.TF32
        : asked;
  }

  @Override
  public String toString() {
    return Names.of(this);
  }
}

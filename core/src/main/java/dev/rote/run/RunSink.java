package dev.rote.run;

import dev.rote.format.AtomicFile;
import dev.rote.format.TensorData;
import java.io.IOException;
import java.util.Map;

/** Takes what a trainer has to tell, in this order: any number of epochs, then the end. */
public interface RunSink {
  /** Prefix of the names of the optimizer's tensors in a checkpoint. */
  String OPTIMIZER_PREFIX = "optimizer.";

  /** Prefix of the names of sample statistics in a checkpoint. */
  String STATISTICS_PREFIX = "statistics.";

  /**
   * An epoch has ended.
   *
   * @param predictions class predicted for each of the N training samples, at the weights at the
   *     end of the epoch; empty if the run does not measure them
   * @param state everything that training resumes from: parameters and buffers of the network, and
   *     the optimizer's state under names with {@link #OPTIMIZER_PREFIX}; valid during the call
   *     only
   */
  void epoch(EpochRecord record, int[] predictions, Map<String, TensorData> state)
      throws IOException;

  /**
   * What was gathered of every sample over the epochs of a run that holds a fold out or trains on a
   * subsample; called before {@link #finished}.
   *
   * @param statistics see {@code docs/files.md}; valid during the call only
   */
  default void statistics(Map<String, TensorData> statistics) throws IOException {}

  /**
   * Takes the trained network as ONNX; called before {@link #finished}.
   *
   * @param onnx writes the file; valid during the call only
   */
  default void network(AtomicFile.StreamContent onnx) throws IOException {}

  /**
   * Is called when all epochs are done.
   *
   * @param weights parameters and buffers of the network; valid during the call only
   */
  void finished(Map<String, TensorData> weights) throws IOException;
}

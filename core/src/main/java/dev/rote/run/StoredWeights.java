package dev.rote.run;

import dev.rote.format.SafeTensors;
import dev.rote.format.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Weights that a run left behind.
 *
 * @param epoch the epoch at whose end they were kept
 * @param file a safetensors file; a checkpoint holds the optimizer's state too
 */
public record StoredWeights(int epoch, Path file) {
  /**
   * Parameters and buffers of the network, by name.
   *
   * @throws dev.rote.text.InputException if the file is missing or damaged
   */
  public Map<String, TensorData> read() throws IOException {
    return ofNetwork(SafeTensors.read(file).tensors());
  }

  /** What is the network's in a trainer's state. */
  static Map<String, TensorData> ofNetwork(Map<String, TensorData> state) {
    Map<String, TensorData> network = new LinkedHashMap<>(state);
    network.keySet().removeIf(name -> name.startsWith(RunSink.OPTIMIZER_PREFIX));
    network.keySet().removeIf(name -> name.startsWith(RunSink.STATISTICS_PREFIX));
    return network;
  }
}

package dev.rote.run;

import dev.rote.format.SafeTensors;
import dev.rote.format.TensorData;
import dev.rote.text.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Weights that a run left behind.
 *
 * @param epoch the epoch at whose end they were kept
 * @param file a safetensors file; a checkpoint holds the optimizer's state too
 */
public record StoredWeights(int epoch, Path file) {
  /**
   * Reads the parameters and buffers of the network, by name.
   *
   * @throws InputException if the file is missing or damaged
   */
  public Map<String, TensorData> read() throws IOException {
    return ofNetwork(readWhole(file).tensors());
  }

  /**
   * Reads a safetensors file of a run, after comparing it with its recorded checksum.
   *
   * @throws InputException if it is missing or damaged
   */
  static SafeTensors readWhole(Path file) throws IOException {
    Optional<Checksum> recorded =
        SavedState.find(file.getParent(), SavedState.Check.QUICK)
            .newest()
            .map(state -> state.files().get(file.getFileName().toString()));
    Optional<String> problem =
        recorded.isPresent() ? recorded.get().problem(file) : Optional.empty();
    if (problem.isPresent()) {
      throw new InputException(
          "%s %s; run the study again to train the run anew".formatted(file, problem.get()));
    }
    return SafeTensors.read(file);
  }

  /** Returns the network's part of a trainer's state. */
  static Map<String, TensorData> ofNetwork(Map<String, TensorData> state) {
    Map<String, TensorData> network = new LinkedHashMap<>(state);
    network.keySet().removeIf(name -> name.startsWith(RunSink.OPTIMIZER_PREFIX));
    network.keySet().removeIf(name -> name.startsWith(RunSink.STATISTICS_PREFIX));
    return network;
  }
}

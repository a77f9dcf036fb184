package dev.rote.theory;

import dev.rote.data.DataSet;
import dev.rote.data.DataSets;
import dev.rote.data.DataSpec;
import dev.rote.data.Inputs;
import dev.rote.loss.Loss;
import dev.rote.run.RunRecord;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.Precision;
import dev.rote.study.RunSpec;
import dev.rote.text.InputException;
import dev.rote.train.TrainedNetwork;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Evaluates losses on stored networks. Keeps images and network for the next run, since the runs of
 * a study share them.
 */
final class NetworkEvaluation implements AutoCloseable {
  private record Kind(
      DataSpec data,
      String digest,
      Inputs inputs,
      long seedOfInputs,
      NetworkName network,
      Precision precision) {}

  private final Map<LossSpec, Loss> losses;
  private final Optional<String> path;
  private Kind kind;
  private TrainedNetwork network;

  /** Evaluates {@code losses} on images at {@code path}, or where the runs found them. */
  NetworkEvaluation(Map<LossSpec, Loss> losses, Optional<String> path) {
    this.losses = losses;
    this.path = path;
  }

  /**
   * Returns the risks of a network over its training set.
   *
   * @throws InputException if the images have changed, the weights do not fit the network, or its
   *     outputs are not finite
   */
  NetworkRisks risks(StudyTheory.StoredNetwork stored) throws IOException {
    load(stored.record());
    network.load(stored.weights().read());
    int[] original = stored.run().original();
    Map<LossSpec, LabelRisks> risks = new LinkedHashMap<>();
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = network.logits();
      if (!logits.isfinite().all().item_bool()) {
        throw new InputException(
            "at epoch " + stored.weights().epoch() + " its network's outputs are not finite");
      }
      losses.forEach((spec, loss) -> risks.put(spec, LabelRisks.of(loss, logits, original)));
    }
    return NetworkRisks.of(stored.record(), stored.weights().epoch(), risks);
  }

  private void load(RunRecord record) {
    RunSpec spec = record.spec();
    Kind wanted =
        new Kind(
            spec.data(),
            record.data().digest(),
            spec.inputs(),
            spec.inputs() == Inputs.NONE ? 0 : spec.seed(),
            spec.network(),
            spec.protocol().precision());
    if (wanted.equals(kind)) {
      return;
    }
    close();
    DataSet data = DataSets.load(path.isPresent() ? spec.data().withPath(path) : spec.data());
    if (!data.digest().equals(record.data().digest())) {
      throw new InputException(
          "the images of "
              + spec.data().dataset()
              + " are not those that it was trained on; name their place with --data");
    }
    network = new TrainedNetwork(spec, spec.inputs().of(data, spec.seed()));
    kind = wanted;
  }

  @Override
  public void close() {
    if (network != null) {
      network.close();
      network = null;
      kind = null;
    }
  }
}

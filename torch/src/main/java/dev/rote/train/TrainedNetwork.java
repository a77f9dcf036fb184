package dev.rote.train;

import dev.rote.data.DataSet;
import dev.rote.format.TensorData;
import dev.rote.study.Device;
import dev.rote.study.RunSpec;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A network at stored weights and the training images that it was trained on, standardized as they
 * were then. One such object serves all runs of a study that share network, images and precision.
 */
public final class TrainedNetwork implements AutoCloseable {
  private final ImageClassifier classifier;
  private final ImageTensors images;
  private final int classes;

  /** Copies the training images to native memory; the weights are the initial ones of the run. */
  public TrainedNetwork(RunSpec run, DataSet data) {
    this.classifier = new ImageClassifier(run, data, Device.CPU);
    this.images = classifier.images(data.train());
    this.classes = data.train().classes();
  }

  /**
   * Takes up stored weights.
   *
   * @param weights parameters and buffers by name, as a finished run's {@code weights.safetensors}
   *     holds them
   * @throws dev.rote.text.InputException if they are those of another network
   */
  public void load(Map<String, TensorData> weights) {
    TensorTransfer.copyInto(weights, classifier.network().parameters().named());
  }

  /**
   * Logits of the training images in evaluation mode, computed in the run's precision, so that they
   * are those that the run's measures were taken from.
   *
   * @return {@code [N,K]}, float64
   */
  public Tensor logits() {
    Tensor all =
        torch.empty(
            new long[] {images.size(), classes}, new TensorOptions(ScalarType.Double), null);
    classifier.evaluate(images, (start, size, logits) -> all.narrow(0, start, size).copy_(logits));
    return all;
  }

  @Override
  public void close() {
    images.close();
    classifier.close();
  }
}

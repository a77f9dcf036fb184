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
 * Evaluates stored weights of a network on its training images. One object serves all runs of a
 * study that share network, images and precision.
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
   * Loads stored weights.
   *
   * @param weights parameters and buffers by name, as a finished run's {@code weights.safetensors}
   *     holds them
   * @throws dev.rote.text.InputException if they are those of another network
   */
  public void load(Map<String, TensorData> weights) {
    TensorTransfer.copyInto(weights, classifier.network().parameters().named());
  }

  /**
   * Returns the logits of the training images in evaluation mode, computed in the run's precision,
   * as the run's measures were.
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

package dev.rote.train;

import dev.rote.loss.Loss;
import dev.rote.net.Network;
import dev.rote.net.TrainingPass;
import dev.rote.optim.Optimizer;
import dev.rote.random.RandomStreams;
import dev.rote.study.RunSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Susceptibility to noisy labels (Forouzesh, Sedghi, Thiran 2023, "Leveraging Unlabeled Data to
 * Track Memorization", algorithm 1): how much one step on a batch of training images with uniformly
 * random labels lowers the loss on that batch, Φ(w) − Φ(w̃). The paper's ζ(t) is the mean of it
 * over the epochs up to t.
 *
 * <p>As in the authors' code, Φ is the run's own loss in training mode, and the step is one of the
 * run's optimizer, with its momentum and weight decay, at the rate of the epoch's last step. Batch
 * and labels are drawn anew in each epoch. Afterwards parameters, buffers and the optimizer's state
 * are put back, so that training continues with the bits that it would have had.
 */
final class Susceptibility {
  private final RunSpec run;
  private final Network network;
  private final Loss loss;
  private final Optimizer optimizer;
  private final ImageTensors images;
  private final int classes;

  Susceptibility(
      RunSpec run,
      Network network,
      Loss loss,
      Optimizer optimizer,
      ImageTensors images,
      int classes) {
    this.run = run;
    this.network = network;
    this.loss = loss;
    this.optimizer = optimizer;
    this.images = images;
    this.classes = classes;
  }

  /**
   * Returns Φ(w) − Φ(w̃) at the present weights w.
   *
   * @param rate learning rate of the step
   */
  double measure(int epoch, double rate) {
    int samples = Math.min(run.protocol().batchSize(), images.size());
    long[] positions =
        Arrays.copyOf(
            RandomStreams.permutation(images.size(), run.seed(), "susceptible samples", epoch),
            samples);
    UniformRandomProvider random = RandomStreams.stream(run.seed(), "random labels", epoch);
    long[] randomLabels = random.longs(samples, 0, classes).toArray();
    if (network.parameters().hasDropout()) {
      // The same units before and after the step.
      network
          .parameters()
          .drawDropout(RandomStreams.stream(run.seed(), "susceptible dropout", epoch), samples);
    }
    try (PointerScope scope = new PointerScope()) {
      List<Tensor> live = new ArrayList<>(network.parameters().named().values());
      live.addAll(optimizer.state().values());
      List<Tensor> kept;
      try (AutoGradMode noGradient = new AutoGradMode(false)) {
        kept = live.stream().map(Tensor::clone).toList();
      }
      Tensor batch = images.integers(positions);
      Tensor labels = images.integers(randomLabels);
      Tensor input = images.batch(batch);
      try {
        double before = lossOf(input, labels, true);
        run.protocol().clip().ifPresent(network.parameters()::clipGradient);
        optimizer.step(rate);
        return before - lossOf(input, labels, false);
      } finally {
        try (AutoGradMode noGradient = new AutoGradMode(false)) {
          for (int i = 0; i < kept.size(); i++) {
            live.get(i).copy_(kept.get(i));
          }
        }
        batch.releaseReference();
        labels.releaseReference();
      }
    }
  }

  /** Returns the mean loss of a batch in training mode, and sets the gradients if asked to. */
  private double lossOf(Tensor input, Tensor labels, boolean gradient) {
    try (PointerScope scope = new PointerScope()) {
      TrainingPass pass = network.train(input);
      Tensor logits = pass.logits().requires_grad_(gradient);
      Tensor mean = loss.perSample(logits, labels).mean();
      if (gradient) {
        mean.backward();
        pass.backward(logits.grad());
      }
      return mean.item_double();
    }
  }
}

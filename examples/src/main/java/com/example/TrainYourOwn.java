package com.example;

import dev.rote.data.LabelledImages;
import dev.rote.loss.Loss;
import dev.rote.loss.Losses;
import dev.rote.memorization.Memorization;
import dev.rote.noise.LabelNoise;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Trains a libtorch network of one's own on noisy labels, with any of Rote's losses. */
public final class TrainYourOwn {
  /** A network as libtorch has them: nothing in it knows Rote. */
  static final class Net extends Module {
    private final LinearImpl hidden = register_module("hidden", new LinearImpl(28 * 28, 256));
    private final LinearImpl output = register_module("output", new LinearImpl(256, 10));

    Tensor forward(Tensor images) {
      return output.forward(hidden.forward(images).relu());
    }
  }

  static Net train(Tensor images, Tensor labels, Loss loss, int epochs) {
    torch.manual_seed(1);
    Net net = new Net();
    SGD optimizer = new SGD(net.parameters(), new SGDOptions(0.05));
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (long start = 0; start < images.size(0); start += 50) {
        try (PointerScope step = new PointerScope()) { // frees the step's tensors at once
          long size = Math.min(50, images.size(0) - start);
          optimizer.zero_grad();
          Tensor logits = net.forward(images.narrow(0, start, size));
          loss.perSample(logits, labels.narrow(0, start, size)).mean().backward();
          optimizer.step();
        }
      }
    }
    return net;
  }

  public static void main(String[] args) {
    Loss loss = Losses.parse(args.length > 0 ? args[0] : "rll(alpha=0.1)");
    int epochs = args.length > 1 ? Integer.parseInt(args[1]) : 20;

    LabelledImages characters = Arrays.characters(2000);
    int[] original = characters.originalLabels();
    int[] observed = LabelNoise.parse("symmetric(0.4)").draw(characters, 1).observed();
    Tensor images = Arrays.pixels(characters);

    Net net = train(images, Arrays.labels(observed), loss, epochs);
    int[] predicted = Arrays.ints(net.forward(images).argmax(new LongOptional(1), false));
    Memorization measured = Memorization.of(predicted, observed, original);
    System.out.printf("%s: J1 %.3f, J2 %.3f%n", loss.spec(), measured.j1(), measured.j2());
  }
}

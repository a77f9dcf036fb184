package dev.rote.net;

import dev.rote.data.ImageShape;
import dev.rote.study.NetworkName;
import dev.rote.study.OptimizerSpec.Adam;
import dev.rote.study.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch;

/**
 * Two networks of this project for quick experiments.
 *
 * <p>{@code small-cnn}: three 3×3 convolutions of stride 2 with 32, 64 and 96 channels, each with
 * batch norm and ReLU; a pool to at most 4×4; a hidden linear layer of 256 with ReLU; a linear
 * layer. Wide enough to memorize a few thousand random labels in about twenty epochs. Convolutions
 * start normal with deviation √(2/fanIn), batch norm at 1 and 0.
 *
 * <p>{@code mlp}: two hidden linear layers of 512 units ({@code mlp(hidden=N)}: of N) with ReLU,
 * and a linear layer. Linear layers of both start with PyTorch's default. Dropout, if there is any,
 * follows each hidden linear layer.
 */
final class SmallNetworks {
  static final NetworkKind SMALL_CNN =
      new NetworkKind(
          "small-cnn", 4, 6000, Protocol.of(new Adam(1e-3, 0), 30), SmallNetworks::smallCnn);

  private static final int[] CHANNELS = {32, 64, 96};
  private static final int POOLED = 4;
  private static final int HIDDEN = 256;
  private static final int MLP_HIDDEN = 512;

  /** A step costs something however few units there are. */
  private static final double MLP_FASTER = 4;

  static final NetworkKind MLP = mlp(MLP_HIDDEN);

  private SmallNetworks() {}

  private static Layer smallCnn(Parameters parameters, ImageShape shape, int classes) {
    List<Layer> layers = new ArrayList<>();
    int in = shape.channels();
    int rows = shape.height();
    int columns = shape.width();
    for (int i = 0; i < CHANNELS.length; i++) {
      Convolution.Shape filters = new Convolution.Shape(in, CHANNELS[i], 3);
      Initializer initializer = Initializer.he(filters.fanIn());
      layers.add(new Convolution(parameters, "conv" + (i + 1), filters, 2, 1, initializer));
      layers.add(BatchNorm.rectified(parameters, "bn" + (i + 1), CHANNELS[i]));
      in = CHANNELS[i];
      rows = (rows + 1) / 2;
      columns = (columns + 1) / 2;
    }
    int pooledRows = Math.min(rows, POOLED);
    int pooledColumns = Math.min(columns, POOLED);
    if (rows > POOLED || columns > POOLED) {
      layers.add(
          Layer.of(
              input -> torch.adaptive_avg_pool2d(input, pooledRows, pooledColumns),
              (graph, input) -> graph.adaptiveMeanPool(input, pooledRows, pooledColumns)));
    }
    layers.add(Layer.flatten());
    layers.add(Linear.of(parameters, "hidden", in * pooledRows * pooledColumns, HIDDEN));
    layers.add(Layer.relu());
    layers.add(parameters.dropout(HIDDEN));
    layers.add(Linear.of(parameters, "linear", HIDDEN, classes));
    return new Chain(layers);
  }

  /** Returns the kind with this many units in each hidden layer. */
  private static NetworkKind mlp(int hidden) {
    return new NetworkKind(
        new NetworkName(hidden == MLP_HIDDEN ? "mlp" : "mlp(hidden=" + hidden + ")"),
        1,
        12_000 * Math.min(MLP_FASTER, (double) MLP_HIDDEN / hidden),
        Protocol.of(new Adam(1e-3, 0), 30),
        false,
        (parameters, shape, classes) -> mlp(parameters, shape, classes, hidden),
        Optional.of(SmallNetworks::mlp));
  }

  private static Layer mlp(Parameters parameters, ImageShape shape, int classes, int hidden) {
    return new Chain(
        Layer.flatten(),
        Linear.of(parameters, "hidden1", shape.values(), hidden),
        Layer.relu(),
        parameters.dropout(hidden),
        Linear.of(parameters, "hidden2", hidden, hidden),
        Layer.relu(),
        parameters.dropout(hidden),
        Linear.of(parameters, "linear", hidden, classes));
  }
}

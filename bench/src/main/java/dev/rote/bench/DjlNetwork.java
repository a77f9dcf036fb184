package dev.rote.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import java.util.List;

/** The networks, written with DJL's blocks in the style of DJL's model zoo. */
final class DjlNetwork {
  private DjlNetwork() {}

  static Block of(Workload workload) {
    return switch (workload.network().text()) {
      case "resnet32" -> resNet32();
      case "resnet18" -> resNet18();
      case "inception-lite" -> inceptionLite();
      case "airbench" -> airbench(workload.shape().channels());
      default -> throw new IllegalArgumentException(workload.network().toString());
    };
  }

  private static Block resNet32() {
    SequentialBlock network =
        new SequentialBlock()
            .add(convolution(16, 3, 1, 1))
            .add(batchNorm())
            .add(Activation.reluBlock());
    for (int stage = 0; stage < 3; stage++) {
      int out = 16 << stage;
      for (int block = 0; block < 5; block++) {
        boolean across = block == 0 && stage > 0;
        Block shortcut = across ? everySecondPixel(out / 4) : Blocks.identityBlock();
        network.add(residual(branch(out, across ? 2 : 1), shortcut));
      }
    }
    return classifier(network);
  }

  /** Adds {@code added} zero channels before and after. */
  private static Block everySecondPixel(int added) {
    Shape margin = new Shape(0, 0, 0, 0, added, added);
    return LambdaBlock.singleton(x -> x.get(":, :, ::2, ::2").pad(margin, 0));
  }

  private static Block resNet18() {
    SequentialBlock network =
        new SequentialBlock()
            .add(convolution(64, 7, 2, 3))
            .add(batchNorm())
            .add(Activation.reluBlock())
            .add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)));
    for (int stage = 0; stage < 4; stage++) {
      int out = 64 << stage;
      for (int block = 0; block < 2; block++) {
        int stride = block == 0 && stage > 0 ? 2 : 1;
        Block shortcut =
            stride == 1
                ? Blocks.identityBlock()
                : new SequentialBlock().add(convolution(out, 1, stride, 0)).add(batchNorm());
        network.add(residual(branch(out, stride), shortcut));
      }
    }
    return classifier(network);
  }

  private static Block inceptionLite() {
    SequentialBlock network =
        new SequentialBlock()
            .add(unit(96, 3, 1, 1))
            .add(inception(32, 32))
            .add(inception(32, 48))
            .add(pad())
            .add(downsample(80))
            .add(inception(112, 48))
            .add(inception(96, 64))
            .add(inception(80, 80))
            .add(inception(48, 96))
            .add(pad())
            .add(downsample(96))
            .add(inception(176, 160))
            .add(inception(176, 160));
    return classifier(network);
  }

  private static Block airbench(int channels) {
    Block whitening = convolution(8 * channels, 2, 1, 0);
    whitening.freezeParameters(true);
    SequentialBlock network = new SequentialBlock().add(whitening).add(Activation.reluBlock());
    for (int out : new int[] {64, 128, 256}) {
      network
          .add(convolution(out, 3, 1, 1))
          .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
          .add(batchNormShiftOnly(1e-5f, 0.6f))
          .add(Activation.reluBlock())
          .add(convolution(out, 3, 1, 1))
          .add(batchNormShiftOnly(1e-5f, 0.6f))
          .add(Activation.reluBlock());
    }
    return network
        .add(Pool.globalMaxPool2dBlock())
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(Workload.CLASSES).optBias(false).build())
        .add(LambdaBlock.singleton(x -> x.div(256)));
  }

  private static Block inception(int ones, int threes) {
    return new ParallelBlock(
        DjlNetwork::concatenated, List.of(unit(ones, 1, 1, 0), unit(threes, 3, 1, 1)));
  }

  private static Block pad() {
    return LambdaBlock.singleton(x -> x.pad(new Shape(0, 1, 0, 1), 0));
  }

  private static Block downsample(int threes) {
    return new ParallelBlock(
        DjlNetwork::concatenated,
        List.of(unit(threes, 3, 2, 0), Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2))));
  }

  private static NDList concatenated(List<NDList> branches) {
    NDList arrays = new NDList();
    branches.forEach(branch -> arrays.add(branch.singletonOrThrow()));
    return new NDList(NDArrays.concat(arrays, 1));
  }

  private static Block unit(int out, int kernel, int stride, int padding) {
    return new SequentialBlock()
        .add(convolution(out, kernel, stride, padding))
        .add(batchNormShiftOnly(1e-3f, 0.9f))
        .add(Activation.reluBlock());
  }

  /** {@code momentum} is the weight of the earlier statistics. */
  private static Block batchNormShiftOnly(float epsilon, float momentum) {
    return BatchNorm.builder().optEpsilon(epsilon).optMomentum(momentum).optScale(false).build();
  }

  private static Block branch(int out, int stride) {
    return new SequentialBlock()
        .add(convolution(out, 3, stride, 1))
        .add(batchNorm())
        .add(Activation.reluBlock())
        .add(convolution(out, 3, 1, 1))
        .add(batchNorm());
  }

  private static Block residual(Block branch, Block shortcut) {
    return new ParallelBlock(
        outputs -> {
          NDArray sum = outputs.get(0).singletonOrThrow().add(outputs.get(1).singletonOrThrow());
          return new NDList(Activation.relu(sum));
        },
        List.of(branch, shortcut));
  }

  private static Block classifier(SequentialBlock network) {
    return network
        .add(Pool.globalAvgPool2dBlock())
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(Workload.CLASSES).build());
  }

  private static Block convolution(int out, int kernel, int stride, int padding) {
    return Conv2d.builder()
        .setKernelShape(new Shape(kernel, kernel))
        .setFilters(out)
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(padding, padding))
        .optBias(false)
        .build();
  }

  private static Block batchNorm() {
    return BatchNorm.builder().build();
  }
}

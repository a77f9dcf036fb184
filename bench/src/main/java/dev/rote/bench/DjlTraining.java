package dev.rote.bench;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import dev.rote.study.OptimizerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Training as in DJL's tutorials: {@code Trainer}, {@code ArrayDataset} and {@code EasyTrain}. A
 * step gets its batch at no cost.
 */
final class DjlTraining implements Training {
  private static final int EVALUATION_BATCH = 250;

  private final Model model;
  private final Trainer trainer;
  private final ArrayDataset training;
  private final ArrayDataset trainingInOrder;
  private final ArrayDataset test;

  DjlTraining(RandomImages images) {
    Workload workload = images.workload();
    model = Model.newInstance(workload.network().toString(), "PyTorch");
    model.setBlock(DjlNetwork.of(workload));
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
            .addEvaluator(new Accuracy())
            .optOptimizer(optimizer(workload));
    if (images.test() > 0) {
      // Whoever measures wants to be told; a step alone is faster without.
      config.addTrainingListeners(new EvaluatorTrainingListener());
    }
    trainer = model.newTrainer(config);
    Shape image =
        new Shape(workload.shape().channels(), workload.shape().height(), workload.shape().width());
    trainer.initialize(shape(Workload.BATCH, image));
    NDManager manager = model.getNDManager();
    NDArray pixels = pixels(manager, images.training(), workload, image);
    NDArray labels = labels(manager, images.training());
    training = dataset(pixels, labels, Workload.BATCH, true);
    trainingInOrder = dataset(pixels, labels, EVALUATION_BATCH, false);
    test =
        images.test() == 0
            ? null
            : dataset(
                pixels(manager, images.test(), workload, image),
                labels(manager, images.test()),
                EVALUATION_BATCH,
                false);
  }

  private static Optimizer optimizer(Workload workload) {
    OptimizerSpec spec = workload.optimizer();
    Tracker rate = Tracker.fixed((float) spec.rate());
    return spec instanceof OptimizerSpec.Adam
        ? Optimizer.adam().optLearningRateTracker(rate).build()
        : Optimizer.sgd()
            .setLearningRateTracker(rate)
            .optMomentum((float) spec.momentum())
            .optWeightDecays((float) spec.weightDecay())
            .build();
  }

  private static Shape shape(int n, Shape image) {
    return new Shape(n).addAll(image);
  }

  private static NDArray pixels(NDManager manager, int n, Workload workload, Shape image) {
    return manager.create(RandomImages.standardized(n, workload), shape(n, image));
  }

  private static NDArray labels(NDManager manager, int n) {
    return manager.create(RandomImages.labels(n), new Shape(n, 1));
  }

  private static ArrayDataset dataset(
      NDArray pixels, NDArray labels, int batchSize, boolean shuffled) {
    return new ArrayDataset.Builder()
        .setData(pixels)
        .optLabels(labels)
        .setSampling(batchSize, shuffled)
        .build();
  }

  @Override
  public long parameters() {
    return model.getBlock().getParameters().values().stream()
        .filter(Parameter::requiresGradient)
        .mapToLong(parameter -> parameter.getArray().size())
        .sum();
  }

  @Override
  public String library() {
    return "DJL "
        + Engine.getDjlVersion()
        + ", libtorch "
        + trainer.getManager().getEngine().getVersion();
  }

  @Override
  public void steps(StepClock clock) {
    clock.start();
    boolean more = true;
    try {
      while (more) {
        for (Batch batch : trainer.iterateDataset(training)) {
          clock.skip();
          EasyTrain.trainBatch(trainer, batch);
          trainer.step();
          more = clock.lap();
          batch.close();
          if (!more) {
            break;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TranslateException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void epochs(StepClock clock) {
    clock.start();
    try {
      do {
        for (Batch batch : trainer.iterateDataset(training)) {
          EasyTrain.trainBatch(trainer, batch);
          trainer.step();
          batch.close();
        }
        clock.trained();
        EasyTrain.evaluateDataset(trainer, trainingInOrder);
        EasyTrain.evaluateDataset(trainer, test);
      } while (clock.lap());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TranslateException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}

package dev.rote.engine;

import dev.rote.audit.Dynamics;
import dev.rote.data.DataSet;
import dev.rote.data.DataSpec;
import dev.rote.data.Fold;
import dev.rote.data.LabelledImages;
import dev.rote.format.TensorData;
import dev.rote.memorization.SaturationNoiseRate;
import dev.rote.noise.LabelNoise;
import dev.rote.run.EpochRecord;
import dev.rote.run.StoredRun;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkKind;
import dev.rote.study.Protocol;
import dev.rote.study.StudySpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One network for each fold, trained on the other folds, and one on all samples: what an audit
 * trains. Each is a run like any other, in a study directory of its own.
 *
 * @param data the images, none held out
 * @param observed the noise that gives the observed labels
 * @param folds number of folds, at least 2
 */
public record CrossValidation(
    DataSpec data,
    LabelNoise observed,
    NetworkKind network,
    LossSpec loss,
    Protocol protocol,
    int folds,
    long seed) {
  /** Where the network that is trained on all samples lies. */
  public static final String ON_ALL = "network";

  /**
   * Plans the training of every network: first the folds in order, last the one on all samples.
   *
   * @param images what {@code data} names
   */
  public List<StudyPlan> plans(DataSet images, Path out) throws IOException {
    List<StudyPlan> plans = new ArrayList<>();
    for (int i = 0; i < folds; i++) {
      Fold fold = new Fold(i, folds);
      plans.add(
          StudyPlan.of(
              study(data.withFold(fold)), fold.split(images, data.dataSeed()), directory(out, i)));
    }
    plans.add(onAll(images, out));
    return List.copyOf(plans);
  }

  /** Plans the training of the network on all samples. */
  public StudyPlan onAll(DataSet images, Path out) throws IOException {
    return StudyPlan.of(study(data), images, directory(out, folds));
  }

  /**
   * Seconds that an epoch of all networks takes the workers, which train the one on all samples
   * first, since it takes longest, and then a fold each.
   *
   * @param onAll the plan of {@link #onAll}
   */
  public double epochSeconds(StudyPlan onAll, SpeedMeter.Choice choice) {
    double samples = onAll.data().samples();
    double held = samples / folds;
    double[] busy = new double[choice.allocation().workers()];
    busy[0] = TimeEstimate.seconds(onAll, choice, samples, onAll.measured());
    for (int fold = 0; fold < folds; fold++) {
      Arrays.sort(busy);
      busy[0] += TimeEstimate.seconds(onAll, choice, samples - held, held);
    }
    return Arrays.stream(busy).max().orElseThrow();
  }

  private StudySpec study(DataSpec images) {
    return new StudySpec(
        images, network, List.of(loss), List.of(observed), List.of(seed), protocol, Map.of(), 0);
  }

  /** Where the run of a fold lies; that of all samples counts as the one after the last. */
  public Path directory(Path out, int fold) {
    return out.resolve(fold == folds ? ON_ALL : "folds/" + (fold + 1));
  }

  /** Reads what the finished runs gathered. */
  public Dynamics read(LabelledImages images, List<StudyPlan> plans) throws IOException {
    int n = images.size();
    int classes = images.classes();
    int[] part = Fold.parts(images.labels(), classes, folds, data.dataSeed());
    float[][] probabilities = new float[n][classes];
    double[] aum = new double[n];
    double[] confidence = new double[n];
    double[] variability = new double[n];
    double[] correctness = new double[n];
    double[] forgetting = new double[n];
    double epochs = protocol.epochs();
    double networks = folds - 1;
    for (int fold = 0; fold < folds; fold++) {
      Map<String, TensorData> statistics = stored(plans.get(fold)).statistics();
      float[] heldOut = statistics.get("held_out").toFloats();
      float[] margin = statistics.get("margin").toFloats();
      float[] p = statistics.get("confidence").toFloats();
      float[] squared = statistics.get("confidence_squared").toFloats();
      float[] correct = statistics.get("correct").toFloats();
      float[] forgotten = statistics.get("forgotten").toFloats();
      int held = 0;
      int trained = 0;
      for (int i = 0; i < n; i++) {
        if (part[i] == fold) {
          float sum = 0;
          for (int k = 0; k < classes; k++) {
            sum += heldOut[held * classes + k];
          }
          for (int k = 0; k < classes; k++) {
            probabilities[i][k] = heldOut[held * classes + k] / sum;
          }
          held++;
        } else {
          double mean = p[trained] / epochs;
          aum[i] += margin[trained] / epochs / networks;
          confidence[i] += mean / networks;
          variability[i] +=
              Math.sqrt(Math.max(0, squared[trained] / epochs - mean * mean)) / networks;
          correctness[i] += correct[trained] / epochs / networks;
          forgetting[i] += forgotten[trained] / networks;
          trained++;
        }
      }
    }
    double[] j1 = stored(plans.get(folds)).epochs().stream().mapToDouble(EpochRecord::j1).toArray();
    double saturation = SaturationNoiseRate.of(j1, Math.max(1, j1.length / 5)).rate();
    return new Dynamics(
        probabilities, aum, confidence, variability, correctness, forgetting, saturation);
  }

  private static StoredRun stored(StudyPlan plan) throws IOException {
    return StoredRun.read(plan.runs().get(0).directory()).orElseThrow();
  }
}

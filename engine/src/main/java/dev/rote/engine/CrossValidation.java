package dev.rote.engine;

import dev.rote.audit.Dynamics;
import dev.rote.data.DataSet;
import dev.rote.data.DataSpec;
import dev.rote.data.Fold;
import dev.rote.data.LabelledImages;
import dev.rote.format.TensorData;
import dev.rote.memorization.Plateau;
import dev.rote.noise.LabelNoise;
import dev.rote.run.StoredRun;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.study.Protocol;
import dev.rote.study.StudySpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Repeated cross-validation, which is what an audit trains: for every fold a network on the other
 * folds, and possibly one on all samples. Each is a run like any other, in a study directory of its
 * own.
 *
 * @param data the images, none held out
 * @param observed the noise that gives the observed labels
 * @param scheme number of folds and repeats
 */
public record CrossValidation(
    DataSpec data,
    LabelNoise observed,
    NetworkName network,
    LossSpec loss,
    Protocol protocol,
    Scheme scheme,
    long seed) {
  /** Directory of the network that is trained on all samples. */
  public static final String ON_ALL = "network";

  /**
   * How often the samples are divided into folds.
   *
   * @param folds number of folds, at least 2
   * @param repeats number of divisions, at least 1; as many networks judge each sample without
   *     having been trained on it
   * @param onAll whether a network is trained on all samples as well
   */
  public record Scheme(int folds, int repeats, boolean onAll) {
    /** Checks the numbers. */
    public Scheme {
      if (folds < 2 || repeats < 1) {
        throw new IllegalArgumentException(folds + " folds, " + repeats + " repeats");
      }
    }

    Scheme withRepeats(int number) {
      return new Scheme(folds, number, onAll);
    }

    /** Returns the scheme in words. */
    String inWords() {
      return folds
          + " folds"
          + (repeats > 1 ? ", " + repeats + " times" : "")
          + (onAll ? ", and one network on all samples" : "");
    }

    /** Returns the number of networks that hold a fold out. */
    int held() {
      return folds * repeats;
    }

    /** Returns the number of networks. */
    int networks() {
      return held() + (onAll ? 1 : 0);
    }
  }

  /**
   * Plans the training of every network: first the folds in order, repeat by repeat, last the one
   * on all samples.
   *
   * @param images what {@code data} names
   */
  public List<StudyPlan> plans(DataSet images, Path out) throws IOException {
    List<StudyPlan> plans = new ArrayList<>();
    for (int i = 0; i < scheme.held(); i++) {
      Fold fold = fold(i);
      plans.add(
          StudyPlan.of(
              study(data.withFold(fold), seed + fold.repeat()),
              fold.split(images, data.dataSeed()),
              directory(out, i)));
    }
    if (scheme.onAll) {
      plans.add(StudyPlan.of(study(data, seed), images, out.resolve(ON_ALL)));
    }
    return List.copyOf(plans);
  }

  CrossValidation with(Scheme other) {
    return new CrossValidation(data, observed, network, loss, protocol, other, seed);
  }

  private Fold fold(int network) {
    return new Fold(network % scheme.folds, scheme.folds, network / scheme.folds);
  }

  /** Plans the training of the first fold's network. */
  StudyPlan first(DataSet images, Path out) throws IOException {
    Fold fold = fold(0);
    return StudyPlan.of(
        study(data.withFold(fold), seed), fold.split(images, data.dataSeed()), directory(out, 0));
  }

  /**
   * Returns the seconds that an epoch of all networks takes the workers, each of which takes the
   * next network when it is done with one.
   *
   * @param first the plan of the first fold
   * @param tested number of test images, which the network on all samples is evaluated on
   */
  double epochSeconds(StudyPlan first, int tested, SpeedMeter.Choice choice) {
    double trained = first.data().samples();
    double held = first.data().testSamples();
    double all = trained + held;
    double[] busy = new double[choice.allocation().workers()];
    for (int network = 0; network < scheme.networks(); network++) {
      Arrays.sort(busy);
      busy[0] +=
          network < scheme.held()
              ? TimeEstimate.seconds(first, choice, trained, held)
              : TimeEstimate.seconds(first, choice, all, all + tested);
    }
    return Arrays.stream(busy).max().orElseThrow();
  }

  private StudySpec study(DataSpec images, long itsSeed) {
    return new StudySpec(
        images, network, List.of(loss), List.of(observed), List.of(itsSeed), protocol, Map.of(), 0);
  }

  /** Returns the study directory of a network. */
  Path place(Path out, int network) {
    return network == scheme.held() ? out.resolve(ON_ALL) : directory(out, network);
  }

  /** Returns the study directory of a network that holds a fold out. */
  static Path directory(Path out, int network) {
    return out.resolve("folds/" + (network + 1));
  }

  /** Reads what the finished runs gathered. */
  public Dynamics read(LabelledImages images, List<StudyPlan> plans) throws IOException {
    int n = images.size();
    int classes = images.classes();
    float[][][] opinions = new float[scheme.repeats][n][classes];
    double[] aum = new double[n];
    double[] confidence = new double[n];
    double[] variability = new double[n];
    double[] correctness = new double[n];
    double[] forgetting = new double[n];
    double[] fitted = new double[n];
    double epochs = protocol.epochs();
    double networks = (scheme.folds - 1) * scheme.repeats;
    for (int network = 0; network < scheme.held(); network++) {
      Fold fold = fold(network);
      int[] part = fold.parts(images.labels(), classes, data.dataSeed());
      float[][] probabilities = opinions[fold.repeat()];
      Map<String, TensorData> statistics = stored(plans.get(network)).statistics();
      float[] heldOut = statistics.get("held_out").toFloats();
      float[] margin = statistics.get("margin").toFloats();
      float[] p = statistics.get("confidence").toFloats();
      float[] squared = statistics.get("confidence_squared").toFloats();
      float[] correct = statistics.get("correct").toFloats();
      float[] forgotten = statistics.get("forgotten").toFloats();
      float[] fits = statistics.get("fitted").toFloats();
      int held = 0;
      int trained = 0;
      for (int i = 0; i < n; i++) {
        if (part[i] == fold.index()) {
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
          fitted[i] += fits[trained] / networks;
          trained++;
        }
      }
    }
    OptionalDouble saturation = OptionalDouble.empty();
    if (scheme.onAll) {
      double[] j1 =
          stored(plans.get(scheme.held())).epochs().stream()
              .mapToDouble(epoch -> epoch.memorization().j1())
              .toArray();
      saturation = OptionalDouble.of(1 - Plateau.of(j1).mean());
    }
    return new Dynamics(
        Arrays.asList(opinions),
        aum,
        confidence,
        variability,
        correctness,
        forgetting,
        fitted,
        saturation);
  }

  private static StoredRun stored(StudyPlan plan) throws IOException {
    return StoredRun.read(plan.runs().get(0).directory()).orElseThrow();
  }
}

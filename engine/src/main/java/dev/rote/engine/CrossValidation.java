package dev.rote.engine;

import dev.rote.audit.Dynamics;
import dev.rote.audit.Judgement;
import dev.rote.data.DataSet;
import dev.rote.data.DataSpec;
import dev.rote.data.Fold;
import dev.rote.data.Inputs;
import dev.rote.data.LabelledImages;
import dev.rote.format.TensorData;
import dev.rote.memorization.Plateau;
import dev.rote.noise.LabelNoise;
import dev.rote.run.StoredRun;
import dev.rote.study.Extras;
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
import java.util.stream.IntStream;

/**
 * Repeated cross-validation, which is what an audit trains: for every fold a network on the other
 * folds, and possibly one on all samples. Each is a run like any other, in a study directory of its
 * own.
 *
 * @param data the images, none held out
 * @param labels gives the labels to train on
 * @param scheme number of folds and repeats
 * @param round 1 on the observed labels, more on labels that the round before corrected
 */
public record CrossValidation(
    DataSpec data,
    LabelNoise labels,
    NetworkName network,
    LossSpec loss,
    Protocol protocol,
    Scheme scheme,
    int round,
    long seed) {
  /** Share of the epochs that evaluate all held-out images; those before evaluate a sample. */
  private static final double EVALUATED = 0.25;

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
   * One of the networks.
   *
   * @param place its study directory
   */
  public record Network(Path place, StudyPlan plan) {
    /** Reads what its finished run stored. */
    private StoredRun stored() throws IOException {
      return StoredRun.read(plan.runs().get(0).directory()).orElseThrow();
    }
  }

  /**
   * Plans the training of every network: first the folds in order, repeat by repeat, last the one
   * on all samples.
   *
   * @param images what {@code data} names
   * @param out directory of the audit
   */
  public List<Network> networks(DataSet images, Path out) throws IOException {
    List<Network> networks = new ArrayList<>();
    for (int i = 0; i < scheme.networks(); i++) {
      networks.add(network(i, 0, images, out));
    }
    return List.copyOf(networks);
  }

  /**
   * Plans the training of a network, or its training with another seed.
   *
   * @param index which one, in the order of {@link #networks}
   * @param again how often it has been trained with other seeds before
   * @param images what {@code data} names
   * @param out directory of the audit
   */
  public Network network(int index, int again, DataSet images, Path out) throws IOException {
    Path place = index == scheme.held() ? out.resolve(ON_ALL) : directory(out, round, index);
    if (again > 0) {
      place = place.resolveSibling(place.getFileName() + "-" + (again + 1));
    }
    // Repeats have the seeds from this one on, so another training begins behind theirs.
    long its = seed + (long) again * scheme.repeats;
    if (index == scheme.held()) {
      return new Network(place, StudyPlan.of(study(data, its), images, place));
    }
    Fold fold = fold(index);
    return new Network(
        place,
        StudyPlan.of(
            study(data.withFold(fold), its + fold.repeat()),
            fold.split(images, data.dataSeed()),
            place));
  }

  /**
   * Returns what each finished network predicts: those that hold a fold out for its samples, the
   * one on all samples for these.
   *
   * @param images the images with their observed labels
   * @param networks in the order of {@link #networks}
   */
  public List<Judgement> judgements(LabelledImages images, int[] observed, List<Network> networks)
      throws IOException {
    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < networks.size(); i++) {
      judgements.add(judgement(i, networks.get(i), images, observed));
    }
    return judgements;
  }

  /** Returns what a finished network predicts, as {@link #judgements}. */
  Judgement judgement(int index, Network network, LabelledImages images, int[] observed)
      throws IOException {
    StoredRun stored = network.stored();
    int classes = images.classes();
    if (index == scheme.held()) {
      return new Judgement(stored.predictions(stored.epochs().size()), observed, classes);
    }
    Fold fold = fold(index);
    int[] part = fold.parts(images.labels(), classes, data.dataSeed());
    float[] heldOut = stored.statistics().get("held_out").toFloats();
    int[] held = IntStream.range(0, part.length).filter(i -> part[i] == fold.index()).toArray();
    int[] predicted = new int[held.length];
    for (int h = 0; h < held.length; h++) {
      for (int k = 1; k < classes; k++) {
        if (heldOut[h * classes + k] > heldOut[h * classes + predicted[h]]) {
          predicted[h] = k;
        }
      }
    }
    return new Judgement(predicted, IntStream.of(held).map(i -> observed[i]).toArray(), classes);
  }

  /**
   * Returns the networks, by their position, that learned much less than those that hold a fold
   * out.
   *
   * @param judgements of all networks
   */
  List<Integer> weak(List<Judgement> judgements) {
    List<Integer> weak = new ArrayList<>();
    for (int i = 0; i < judgements.size(); i++) {
      List<Judgement> others = new ArrayList<>(judgements.subList(0, scheme.held()));
      if (i < others.size()) {
        others.remove(i);
      }
      if (judgements.get(i).isWeakBeside(others)) {
        weak.add(i);
      }
    }
    return weak;
  }

  CrossValidation with(Scheme other) {
    return new CrossValidation(data, labels, network, loss, protocol, other, round, seed);
  }

  /** Returns the same without the network on all samples. */
  CrossValidation withoutAll() {
    return with(new Scheme(scheme.folds, scheme.repeats, false));
  }

  /**
   * Returns the next round: the same folds, without the network on all samples.
   *
   * @param corrected gives the labels as this round corrects them
   */
  CrossValidation next(LabelNoise corrected) {
    return new CrossValidation(
        data, corrected, network, loss, protocol, withoutAll().scheme, round + 1, seed);
  }

  private Fold fold(int network) {
    return new Fold(network % scheme.folds, scheme.folds, network / scheme.folds);
  }

  /** Plans the training of the first fold's network. */
  StudyPlan first(DataSet images, Path out) throws IOException {
    Fold fold = fold(0);
    return StudyPlan.of(
        study(data.withFold(fold), seed),
        fold.split(images, data.dataSeed()),
        directory(out, round, 0));
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
    double measured = EVALUATED * (protocol.augmentation().flip() ? 2 : 1) * held;
    double[] busy = new double[choice.allocation().workers()];
    for (int network = 0; network < scheme.networks(); network++) {
      Arrays.sort(busy);
      busy[0] +=
          network < scheme.held()
              ? TimeEstimate.seconds(first, choice, trained, measured)
              : TimeEstimate.seconds(first, choice, all, all + tested);
    }
    return Arrays.stream(busy).max().orElseThrow();
  }

  private StudySpec study(DataSpec images, long itsSeed) {
    return new StudySpec(
        images,
        network,
        new StudySpec.Grid(List.of(loss), List.of(labels), List.of(Inputs.NONE), List.of(itsSeed)),
        protocol,
        Map.of(),
        Extras.NONE);
  }

  /** Returns the directory of the networks of a round that hold a fold out. */
  static Path directory(Path out, int round) {
    return out.resolve(round == 1 ? "folds" : "round-" + round);
  }

  /** Returns the study directory of one of them. */
  static Path directory(Path out, int round, int network) {
    return directory(out, round).resolve(Integer.toString(network + 1));
  }

  /** Reads what the finished runs gathered. */
  public Dynamics read(LabelledImages images, List<Network> networks) throws IOException {
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
    double trainedOn = (scheme.folds - 1) * scheme.repeats; // networks, for each sample
    for (int network = 0; network < scheme.held(); network++) {
      Fold fold = fold(network);
      int[] part = fold.parts(images.labels(), classes, data.dataSeed());
      float[][] probabilities = opinions[fold.repeat()];
      Map<String, TensorData> statistics = networks.get(network).stored().statistics();
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
          aum[i] += margin[trained] / epochs / trainedOn;
          confidence[i] += mean / trainedOn;
          variability[i] +=
              Math.sqrt(Math.max(0, squared[trained] / epochs - mean * mean)) / trainedOn;
          correctness[i] += correct[trained] / epochs / trainedOn;
          forgetting[i] += forgotten[trained] / trainedOn;
          fitted[i] += fits[trained] / trainedOn;
          trained++;
        }
      }
    }
    OptionalDouble saturation = OptionalDouble.empty();
    if (scheme.onAll) {
      double[] j1 =
          networks.get(scheme.held()).stored().epochs().stream()
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
}

package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rote.data.DataSpec;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import dev.rote.text.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How the learning rate falls from epoch to epoch. Text form: {@code constant}; {@code
 * exponential(g)}, factor g^(e−1); {@code steps(g, m1, m2, …)}, factor g for every milestone passed
 * (from epoch m1 + 1 on, the rate is g times the first); {@code cosine}, factor (1 +
 * cos(π(e−1)/E))/2; {@code linear}, factor 1 at the first step, falling step by step to 0 after the
 * last. Epochs e count from 1 to E.
 */
public sealed interface Decay {
  /** No change. */
  Decay CONSTANT = new Constant();

  /** Half a cosine wave, down to almost 0. */
  Decay COSINE = new Cosine();

  /** A straight line from 1 to 0, step by step. */
  Decay LINEAR = new Linear();

  /**
   * Returns the factor of the learning rate in an epoch.
   *
   * @param epoch e, from 1
   * @param epochs E
   */
  double factor(int epoch, int epochs);

  /**
   * Returns the factor of the learning rate of one step.
   *
   * @param epoch e, from 1
   * @param epochs E
   * @param done share of the epoch before the step, in [0, 1)
   */
  default double factor(int epoch, int epochs, double done) {
    return factor(epoch, epochs);
  }

  /**
   * Returns whether the rate of an epoch does not depend on the number of epochs, so that training
   * can be lengthened.
   */
  default boolean lengthens() {
    return true;
  }

  /**
   * Returns the schedule that falls as far in a share of the epochs: {@code exponential(g)} becomes
   * {@code exponential(g^(1/share))}, to six decimals, milestones are multiplied by the share and
   * rounded, and the others follow the number of epochs by themselves.
   *
   * @param share in (0, 1]
   */
  default Decay scaled(double share) {
    return this;
  }

  /** No change. */
  record Constant() implements Decay {
    @Override
    public double factor(int epoch, int epochs) {
      return 1;
    }

    @Override
    public String toString() {
      return "constant";
    }
  }

  /**
   * Multiplies the rate by one factor every epoch.
   *
   * @param gamma g in (0, 1]
   */
  record Exponential(double gamma) implements Decay {
    public Exponential {
      requireFactor("exponential", gamma);
    }

    @Override
    public double factor(int epoch, int epochs) {
      return StrictMath.pow(gamma, epoch - 1);
    }

    @Override
    public Decay scaled(double share) {
      return new Exponential(Math.rint(1e6 * StrictMath.pow(gamma, 1 / share)) / 1e6);
    }

    @Override
    public String toString() {
      return "exponential(" + Term.format(gamma) + ")";
    }
  }

  /**
   * A factor after each milestone.
   *
   * @param gamma g in (0, 1]
   * @param milestones epochs, from 1, after each of which the rate falls
   */
  record Steps(double gamma, List<Integer> milestones) implements Decay {
    public Steps {
      requireFactor("steps", gamma);
      milestones = List.copyOf(milestones);
      if (milestones.isEmpty()) {
        throw new InputException("steps needs epochs after its factor, as in steps(0.1, 100, 150)");
      }
      for (int milestone : milestones) {
        if (milestone < 1) {
          throw new InputException(
              "steps: milestone " + milestone + " is not an epoch (1 or more)");
        }
      }
    }

    @Override
    public double factor(int epoch, int epochs) {
      long passed = milestones.stream().filter(milestone -> epoch > milestone).count();
      return StrictMath.pow(gamma, passed);
    }

    @Override
    public Decay scaled(double share) {
      return new Steps(
          gamma, milestones.stream().map(epoch -> DataSpec.part(epoch, share)).toList());
    }

    @Override
    public String toString() {
      return milestones.stream()
          .map(milestone -> ", " + milestone)
          .collect(Collectors.joining("", "steps(" + Term.format(gamma), ")"));
    }
  }

  /** Half a cosine wave, down to almost 0. */
  record Cosine() implements Decay {
    @Override
    public double factor(int epoch, int epochs) {
      return (1 + StrictMath.cos(Math.PI * (epoch - 1) / epochs)) / 2;
    }

    @Override
    public boolean lengthens() {
      return false;
    }

    @Override
    public String toString() {
      return "cosine";
    }
  }

  /** A straight line from 1 to 0, step by step. */
  record Linear() implements Decay {
    @Override
    public double factor(int epoch, int epochs) {
      return factor(epoch, epochs, 0);
    }

    @Override
    public double factor(int epoch, int epochs, double done) {
      return 1 - (epoch - 1 + done) / epochs;
    }

    @Override
    public boolean lengthens() {
      return false;
    }

    @Override
    public String toString() {
      return "linear";
    }
  }

  /**
   * Reads the text form.
   *
   * @throws InputException if the name is unknown or an argument is out of range
   */
  @JsonCreator
  static Decay parse(String text) {
    Term term = Term.parse(text);
    return switch (term.name()) {
      case "constant" -> {
        term.allow(0);
        yield CONSTANT;
      }
      case "cosine" -> {
        term.allow(0);
        yield COSINE;
      }
      case "linear" -> {
        term.allow(0);
        yield LINEAR;
      }
      case "exponential" -> new Exponential(term.allow(1).required("factor", 0).number());
      case "steps" -> new Steps(term.required("factor", 0).number(), milestones(term));
      default ->
          throw new InputException(
              Names.unknown(
                  "schedule",
                  term.name(),
                  List.of("constant", "exponential", "steps", "cosine", "linear")));
    };
  }

  /** Returns the text form. */
  @JsonValue
  default String text() {
    return toString();
  }

  private static List<Integer> milestones(Term term) {
    List<Integer> milestones = new ArrayList<>();
    for (Term.Argument argument : term.arguments().subList(1, term.arguments().size())) {
      double milestone = argument.value().number();
      if (milestone != Math.rint(milestone) || Math.abs(milestone) > Integer.MAX_VALUE) {
        throw term.error("steps: milestone " + argument.value() + " is not an epoch");
      }
      milestones.add((int) milestone);
    }
    return milestones;
  }

  private static void requireFactor(String name, double gamma) {
    if (!(gamma > 0 && gamma <= 1)) {
      throw new InputException(name + ": factor " + gamma + " is outside (0, 1]");
    }
  }
}

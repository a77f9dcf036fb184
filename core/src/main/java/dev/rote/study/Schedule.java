package dev.rote.study;

import dev.rote.text.InputException;
import dev.rote.text.Names;
import dev.rote.text.Term;
import java.util.ArrayList;
import java.util.List;

/**
 * What the learning rate is multiplied with in an epoch, by its text: {@code constant}; {@code
 * exponential(g)}, g^(e−1); {@code steps(g, m1, m2, …)}, g for every milestone that lies behind
 * (after epoch m1 the rate is g times the first); {@code cosine}, (1 + cos(π(e−1)/E))/2. Epochs e
 * count from 1 to E.
 */
sealed interface Schedule {
  /** The factor of epoch {@code epoch} of {@code epochs}. */
  double factor(int epoch, int epochs);

  /** No change. */
  record Constant() implements Schedule {
    @Override
    public double factor(int epoch, int epochs) {
      return 1;
    }

    @Override
    public String toString() {
      return "constant";
    }
  }

  /** Factor {@code gamma} every epoch. */
  record Exponential(Term term, double gamma) implements Schedule {
    @Override
    public double factor(int epoch, int epochs) {
      return StrictMath.pow(gamma, epoch - 1);
    }

    @Override
    public String toString() {
      return term.toString();
    }
  }

  /** Factor {@code gamma} after each milestone. */
  record Steps(Term term, double gamma, List<Integer> milestones) implements Schedule {
    @Override
    public double factor(int epoch, int epochs) {
      long passed = milestones.stream().filter(milestone -> epoch > milestone).count();
      return StrictMath.pow(gamma, passed);
    }

    @Override
    public String toString() {
      return term.toString();
    }
  }

  /** Half a cosine wave down to 0. */
  record Cosine() implements Schedule {
    @Override
    public double factor(int epoch, int epochs) {
      return (1 + StrictMath.cos(Math.PI * (epoch - 1) / epochs)) / 2;
    }

    @Override
    public String toString() {
      return "cosine";
    }
  }

  /** The schedule that {@code text} names. */
  static Schedule parse(String text) {
    Term term = Term.parse(text);
    return switch (term.name()) {
      case "constant" -> {
        term.allow(0);
        yield new Constant();
      }
      case "cosine" -> {
        term.allow(0);
        yield new Cosine();
      }
      case "exponential" -> {
        term.allow(1);
        yield new Exponential(term, gamma(term));
      }
      case "steps" -> new Steps(term, gamma(term), milestones(term));
      default ->
          throw new InputException(
              Names.unknown(
                  "schedule", term.name(), List.of("constant", "exponential", "steps", "cosine")));
    };
  }

  private static double gamma(Term term) {
    double gamma = term.required("factor", 0).number();
    if (!(gamma > 0 && gamma <= 1)) {
      throw term.error(term.name() + ": factor " + gamma + " is outside (0, 1]");
    }
    return gamma;
  }

  private static List<Integer> milestones(Term term) {
    List<Integer> milestones = new ArrayList<>();
    for (Term.Argument argument : term.arguments().subList(1, term.arguments().size())) {
      double milestone = argument.value().number();
      if (milestone != Math.rint(milestone) || milestone < 1) {
        throw term.error("steps: milestone " + argument.value() + " is no epoch");
      }
      milestones.add((int) milestone);
    }
    if (milestones.isEmpty()) {
      throw term.error("steps needs epochs after its factor, as in steps(0.1, 100, 150)");
    }
    return List.copyOf(milestones);
  }
}

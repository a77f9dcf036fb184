package dev.rote.study;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.rote.text.InputException;
import dev.rote.text.Names;
import dev.rote.text.Term;
import java.util.List;

/**
 * The rule that turns gradients into weight changes, with its numbers. Weight decay λ is an L2
 * penalty: λ·w is added to the gradient of every parameter.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "name")
@JsonSubTypes({
  @JsonSubTypes.Type(value = OptimizerSpec.Sgd.class, name = OptimizerSpec.Sgd.NAME),
  @JsonSubTypes.Type(value = OptimizerSpec.Adam.class, name = OptimizerSpec.Adam.NAME),
  @JsonSubTypes.Type(value = OptimizerSpec.Muon.class, name = OptimizerSpec.Muon.NAME),
  @JsonSubTypes.Type(value = OptimizerSpec.Unknown.class, name = OptimizerSpec.Unknown.NAME)
})
public sealed interface OptimizerSpec {
  /** Names of all optimizers that Rote trains with. */
  List<String> NAMES = List.of(Sgd.NAME, Adam.NAME, Muon.NAME);

  /**
   * Stochastic gradient descent with momentum.
   *
   * @param rate learning rate before schedule and warm-up; positive
   * @param momentum μ in [0, 1)
   * @param weightDecay λ, 0 or more
   */
  record Sgd(double rate, double momentum, double weightDecay) implements OptimizerSpec {
    static final String NAME = "sgd";

    public Sgd {
      requireRate(rate);
      requireMomentum(momentum);
      requireDecay(weightDecay);
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Sgd withRate(double newRate) {
      return new Sgd(newRate, momentum, weightDecay);
    }

    @Override
    public String toString() {
      return "sgd(rate=%s, momentum=%s, weight-decay=%s)"
          .formatted(Term.format(rate), Term.format(momentum), Term.format(weightDecay));
    }
  }

  /**
   * Adam with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
   *
   * @param rate learning rate before schedule and warm-up; positive
   * @param weightDecay λ, 0 or more
   */
  record Adam(double rate, double weightDecay) implements OptimizerSpec {
    static final String NAME = "adam";

    public Adam {
      requireRate(rate);
      requireDecay(weightDecay);
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Adam withRate(double newRate) {
      return new Adam(newRate, weightDecay);
    }

    @Override
    public String toString() {
      return "adam(rate=%s, weight-decay=%s)"
          .formatted(Term.format(rate), Term.format(weightDecay));
    }
  }

  /**
   * Muon: orthogonalized momentum for convolutions, whose weights keep their norm, and Nesterov
   * steps for the other parameters. Without weight decay.
   *
   * @param rate learning rate before schedule and warm-up; positive
   * @param momentum μ of convolutions in [0, 1)
   */
  record Muon(double rate, double momentum) implements OptimizerSpec {
    static final String NAME = "muon";

    public Muon {
      requireRate(rate);
      requireMomentum(momentum);
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public double weightDecay() {
      return 0;
    }

    @Override
    public Muon withRate(double newRate) {
      return new Muon(newRate, momentum);
    }

    @Override
    public String toString() {
      return "muon(rate=%s, momentum=%s)".formatted(Term.format(rate), Term.format(momentum));
    }
  }

  /** That of another program, in the record of a run that was imported. */
  record Unknown() implements OptimizerSpec {
    static final String NAME = "unknown";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public double rate() {
      return 0;
    }

    @Override
    public double weightDecay() {
      return 0;
    }

    @Override
    public Unknown withRate(double newRate) {
      return this;
    }

    @Override
    public String toString() {
      return NAME;
    }
  }

  /**
   * Returns the optimizer with these numbers.
   *
   * @param name one of {@link #NAMES}
   * @param momentum ignored by Adam
   * @param weightDecay ignored by Muon
   * @throws InputException if the name is unknown or a number is out of range
   */
  static OptimizerSpec of(String name, double rate, double momentum, double weightDecay) {
    return switch (name) {
      case Sgd.NAME -> new Sgd(rate, momentum, weightDecay);
      case Adam.NAME -> new Adam(rate, weightDecay);
      case Muon.NAME -> new Muon(rate, momentum);
      default -> throw new InputException(Names.unknown("optimizer", name, NAMES));
    };
  }

  /** Returns the optimizer's name, as options and files use it. */
  String name();

  /** Returns the learning rate before schedule and warm-up. */
  double rate();

  /** Returns μ; 0 for an optimizer without momentum. */
  default double momentum() {
    return 0;
  }

  /** Returns λ. */
  double weightDecay();

  /** Returns this optimizer with another learning rate. */
  OptimizerSpec withRate(double newRate);

  private static void requireRate(double rate) {
    if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new InputException("learning rate " + rate + " is outside (0, ∞)");
    }
  }

  private static void requireMomentum(double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new InputException("momentum " + momentum + " is outside [0, 1)");
    }
  }

  private static void requireDecay(double weightDecay) {
    if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
      throw new InputException("weight decay " + weightDecay + " is outside [0, ∞)");
    }
  }
}

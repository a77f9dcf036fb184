package dev.rote.engine;

import dev.rote.net.Networks;
import dev.rote.study.LossSpec;
import dev.rote.study.NetworkName;
import dev.rote.text.InputException;
import java.time.Duration;
import java.util.Optional;

/**
 * How the networks of an audit train. Settings that are left open are chosen for the images, the
 * budget and the machine.
 *
 * @param network the network
 * @param loss the loss, one that resists memorization
 * @param epochs passes over the images; open: as many as the budget allows
 * @param folds parts that are held out in turn, at least 2
 * @param repeats how often the samples are divided into folds; open: as often as the budget allows
 * @param rounds how often the folds are trained, from the second time on with labels as the time
 *     before corrected them; open: as the network and the budget suggest
 * @param budget time to spend on training
 * @param finalNetwork whether a network is trained on all samples as well
 */
public record AuditTraining(
    Optional<NetworkName> network,
    LossSpec loss,
    Optional<Integer> epochs,
    Optional<Integer> folds,
    Optional<Integer> repeats,
    Optional<Integer> rounds,
    Duration budget,
    boolean finalNetwork) {
  private static final int MOST_REPEATS = 20;
  private static final int MOST_ROUNDS = 5;

  /** Ten minutes with {@code rll(alpha=0.1)}. */
  public static final AuditTraining DEFAULT =
      new AuditTraining(
          Optional.empty(),
          LossSpec.parse("rll(alpha=0.1)"),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Duration.ofMinutes(10),
          true);

  /**
   * Checks what needs no images to be checked.
   *
   * @throws InputException if the network is unknown or a number is out of range
   */
  public AuditTraining {
    network.ifPresent(Networks::kind);
    epochs.ifPresent(
        n -> {
          if (n < 1) {
            throw new InputException("epochs " + n + " is below 1");
          }
        });
    requireWithin("--repeats", repeats, MOST_REPEATS);
    requireWithin("--rounds", rounds, MOST_ROUNDS);
    if (budget.isNegative() || budget.isZero()) {
      throw new InputException("a budget of " + budget.toSeconds() + " s leaves no time to train");
    }
  }

  private static void requireWithin(String option, Optional<Integer> number, int most) {
    number.ifPresent(
        n -> {
          if (n < 1 || n > most) {
            throw new InputException(option + " " + n + " is outside [1, " + most + "]");
          }
        });
  }
}

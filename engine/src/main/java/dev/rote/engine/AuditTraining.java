package dev.rote.engine;

import dev.rote.study.LossSpec;
import dev.rote.study.NetworkKind;
import dev.rote.text.InputException;
import java.time.Duration;
import java.util.Optional;

/**
 * How the networks of an audit train. What is left open is fitted to the images, the budget and the
 * machine.
 *
 * @param network the network
 * @param loss the loss, one that resists memorization
 * @param epochs passes over the images; open: as many as the budget allows
 * @param folds parts that are held out in turn, at least 2
 * @param budget time to spend on training
 */
public record AuditTraining(
    Optional<NetworkKind> network,
    LossSpec loss,
    Optional<Integer> epochs,
    Optional<Integer> folds,
    Duration budget) {
  /** Ten minutes with {@code rll(alpha=0.1)}. */
  public static final AuditTraining DEFAULT =
      new AuditTraining(
          Optional.empty(),
          LossSpec.parse("rll(alpha=0.1)"),
          Optional.empty(),
          Optional.empty(),
          Duration.ofMinutes(10));

  /**
   * Checks the numbers that need no images to be checked.
   *
   * @throws InputException if one is out of range
   */
  public AuditTraining {
    epochs.ifPresent(
        n -> {
          if (n < 1) {
            throw new InputException("epochs " + n + " is below 1");
          }
        });
    if (budget.isNegative() || budget.isZero()) {
      throw new InputException("a budget of " + budget.toSeconds() + " s leaves no time to train");
    }
  }
}

package dev.rote.engine;

import dev.rote.study.Device;
import dev.rote.text.InputException;
import java.util.Optional;

/**
 * The resources of a machine that runs may use. Those that are left open are chosen.
 *
 * @param device where runs train; open: a GPU where one can be used, else the processors
 * @param workers runs at once; open: what trials show to be fastest
 * @param threads threads of each run; open: processors divided by {@code workers}
 */
public record Machine(
    Optional<Device> device, Optional<Integer> workers, Optional<Integer> threads) {
  /** Leaves everything open. */
  public static final Machine AUTOMATIC =
      new Machine(Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * Checks the numbers.
   *
   * @throws InputException if one is below 1
   */
  public Machine {
    workers.ifPresent(n -> requirePositive("workers", n));
    threads.ifPresent(n -> requirePositive("threads", n));
  }

  private static void requirePositive(String what, int n) {
    if (n < 1) {
      throw new InputException(what + " " + n + " is below 1");
    }
  }

  /** Returns the requested allocation; empty if it is left open. */
  Optional<Allocation> stated(Device on, int runs, int processors) {
    if (workers.isEmpty() && threads.isEmpty()) {
      return Optional.empty();
    }
    int atOnce =
        workers.orElseGet(() -> Math.max(1, Math.min(runs, processors / threads.orElseThrow())));
    return Optional.of(
        threads
            .map(each -> new Allocation(on, atOnce, each))
            .orElseGet(() -> Allocation.of(on, atOnce, processors)));
  }
}

package dev.marey.snapshot.capture;

import java.util.function.BooleanSupplier;

/** Tells a thread that works beside the guest when it may go on with its next pages. */
@FunctionalInterface
public interface Pace {

  /** As fast as it can. */
  Pace AT_ONCE = calledOff -> true;

  /**
   * Returns when the caller may go on, or soon after {@code calledOff} has become true.
   *
   * @return whether it may go on
   */
  boolean awaitTurn(BooleanSupplier calledOff);
}

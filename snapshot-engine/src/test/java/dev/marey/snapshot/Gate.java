package dev.marey.snapshot;

import dev.marey.snapshot.capture.Pace;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Holds a thread that works beside the guest for as long as a test wants it held.
 *
 * <p>Threading: any.
 */
final class Gate implements Pace {

  private static final long POLL_NANOS = 500_000;

  private final AtomicInteger turns = new AtomicInteger(Integer.MAX_VALUE);

  /** Lets it have so many turns from now on, then holds it. */
  void allow(int count) {
    turns.set(count);
  }

  void open() {
    turns.set(Integer.MAX_VALUE);
  }

  @Override
  public boolean awaitTurn(BooleanSupplier calledOff) {
    while (turns.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
      if (calledOff.getAsBoolean()) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }
}

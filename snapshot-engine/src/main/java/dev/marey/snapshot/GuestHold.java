package dev.marey.snapshot;

import dev.marey.machine.Machine;
import dev.marey.machine.MachineException;
import dev.marey.machine.RunState;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Holds the guest while its pages come faster than they are saved. What a person asks for meanwhile
 * waits its turn, and a guest that was paused stays so.
 *
 * <p>Threading: any; the guest is stopped and let go on the conductor.
 */
final class GuestHold {

  private static final long LOOK_MILLIS = 2;

  private final Conductor conductor;
  private final Supplier<Machine> live;

  /**
   * @param live the machine that is live
   */
  GuestHold(Conductor conductor, Supplier<Machine> live) {
    this.conductor = conductor;
    this.live = live;
  }

  /** Returns when {@code relieved} is true, or the guest does not run. */
  void hold(BooleanSupplier relieved) {
    try {
      conductor.run(() -> holdNow(relieved));
    } catch (SnapshotException e) {
      throw new IllegalStateException("the guest could not be held", e);
    }
  }

  private boolean holdNow(BooleanSupplier relieved) throws MachineException, InterruptedException {
    Machine machine = live.get();
    if (relieved.getAsBoolean() || machine.runState() != RunState.RUNNING) {
      return false;
    }
    machine.pause();
    try {
      while (!relieved.getAsBoolean()) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    } finally {
      if (machine.runState() == RunState.PAUSED) {
        machine.resume();
      }
    }
    return true;
  }
}

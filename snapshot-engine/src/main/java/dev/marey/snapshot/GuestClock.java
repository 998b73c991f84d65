package dev.marey.snapshot;

import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateFormatException;
import java.time.Duration;

/** QEMU's virtual clock as a device state records it: how long the guest has been running. */
final class GuestClock {

  private GuestClock() {}

  /** The clock in {@code state}, or zero if the state can't be read. */
  static Duration read(DeviceState state) {
    try {
      return state.virtualClock();
    } catch (StateFormatException e) {
      return Duration.ZERO;
    }
  }
}

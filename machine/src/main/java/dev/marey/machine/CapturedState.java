package dev.marey.machine;

import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateFormatException;

/**
 * A device state as it was read in a pause. Making a complete stream of it is left for when the
 * guest runs again.
 */
public final class CapturedState {

  private final Assembly assembly;

  /** Puts a stream together. */
  @FunctionalInterface
  interface Assembly {
    DeviceState assemble() throws StateFormatException;
  }

  CapturedState(Assembly assembly) {
    this.assembly = assembly;
  }

  /** The complete stream, made anew at each call; takes a millisecond or so. */
  public DeviceState complete() throws MachineException {
    try {
      return assembly.assemble();
    } catch (StateFormatException e) {
      throw new MachineException("Reading the device state from QEMU failed: " + e.getMessage(), e);
    }
  }
}

package dev.marey.machine.state;

import dev.marey.machine.MachineException;

/**
 * Bytes that should be a device state are not one, or are damaged. The message names the byte
 * offset, what was expected there and what was found.
 */
public final class StateFormatException extends MachineException {

  private static final long serialVersionUID = 1;

  private final long offset;

  StateFormatException(long offset, String problem) {
    super("Reading the device state failed at byte " + offset + ": " + problem);
    this.offset = offset;
  }

  StateFormatException(long offset, String problem, Throwable cause) {
    super("Reading the device state failed at byte " + offset + ": " + problem, cause);
    this.offset = offset;
  }

  /** Where in the stream, counted in bytes from its start. */
  public long offset() {
    return offset;
  }
}

package dev.marey.machine;

/**
 * QEMU, its process or the host refused something. The message says what was tried, what happened
 * and what to do; it may be shown to a person as it is.
 */
public class MachineException extends Exception {

  private static final long serialVersionUID = 1;

  public MachineException(String message) {
    super(message);
  }

  public MachineException(String message, Throwable cause) {
    super(message, cause);
  }
}

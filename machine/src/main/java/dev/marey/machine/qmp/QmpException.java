package dev.marey.machine.qmp;

import dev.marey.machine.MachineException;

/** A QMP command got an error, no answer in time, or lost its QEMU. */
public final class QmpException extends MachineException {

  private static final long serialVersionUID = 1;

  /** {@link #errorClass()} when QEMU ended or was silent, so that no error of its own exists. */
  public static final String NO_ANSWER = "NoAnswer";

  private final String command;
  private final String errorClass;
  private final String description;

  public QmpException(String command, String errorClass, String description) {
    super("QEMU's answer to '" + command + "': " + description);
    this.command = command;
    this.errorClass = errorClass;
    this.description = description;
  }

  /** The command that failed. */
  public String command() {
    return command;
  }

  /** QEMU's error class, such as {@code GenericError}, or {@link #NO_ANSWER}. */
  public String errorClass() {
    return errorClass;
  }

  /** QEMU's own words. */
  public String description() {
    return description;
  }
}

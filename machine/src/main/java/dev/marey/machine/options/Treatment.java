package dev.marey.machine.options;

/** What becomes of an option of a person's line. */
public enum Treatment {
  /** Given to every QEMU of the guest as it is; relative file names become absolute. */
  KEPT,
  /** Given in another form, or left out because Marey does that job itself. */
  REWRITTEN,
  /** Taken out of the line and given to whichever QEMU is live, once it is. */
  ATTACHED_AFTER_TAKEOVER,
  /** The line is not used. */
  REFUSED
}

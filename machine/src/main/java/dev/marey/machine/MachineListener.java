package dev.marey.machine;

/**
 * Hears what a machine does. Called on the machine's event thread, one call after the other; may
 * send commands to the machine. {@link #ended} comes last.
 */
public interface MachineListener {

  default void stateChanged(RunState state) {}

  default void guestReset() {}

  /**
   * The guest's kernel told QEMU that it crashed.
   *
   * @param action what QEMU did: {@code pause}, {@code run}…
   */
  default void guestPanicked(String action) {}

  /**
   * The guest went down; its last state is kept.
   *
   * @param reason QEMU's word, such as {@code guest-shutdown} or {@code guest-reset}
   */
  default void guestShutdown(String reason) {}

  default void ended(MachineExit exit) {}
}

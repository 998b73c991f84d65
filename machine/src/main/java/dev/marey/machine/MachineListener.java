package dev.marey.machine;

/**
 * Hears what a machine does, on the machine's event thread; may send commands to the machine.
 * {@link #ended} comes last. A change of state that a command made is told on the command's thread.
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

  /** A disk of the guest failed it; told for each request. */
  default void diskFailed(DiskFailure failure) {}

  default void ended(MachineExit exit) {}
}

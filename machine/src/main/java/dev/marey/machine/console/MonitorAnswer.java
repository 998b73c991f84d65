package dev.marey.machine.console;

/** What comes of a line typed into the monitor. */
public sealed interface MonitorAnswer {

  /**
   * QEMU ran it.
   *
   * @param text what it printed, lines ending in \n; may be empty
   */
  record Output(String text) implements MonitorAnswer {}

  /**
   * It was not given to QEMU.
   *
   * @param reason why, and what to do; for people
   */
  record Refused(String reason) implements MonitorAnswer {}

  /**
   * It was not given to QEMU: Marey has to do this itself.
   *
   * @param action what was meant
   * @param argument what stood behind the command, such as a snapshot's name; may be empty
   */
  record UseInstead(MonitorAction action, String argument) implements MonitorAnswer {}
}

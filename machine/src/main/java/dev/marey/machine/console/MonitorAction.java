package dev.marey.machine.console;

/** What Marey does itself where QEMU's monitor has a command for it. */
public enum MonitorAction {
  RESUME,
  PAUSE,
  RESET,
  QUIT,
  SNAPSHOT,
  REVERT
}

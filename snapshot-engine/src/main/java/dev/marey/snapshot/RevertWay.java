package dev.marey.snapshot;

/** The two ways to give a machine a node's state. */
public enum RevertWay {
  /** The running QEMU loads it: console, debugger and screen stay connected. */
  IN_PROCESS,
  /** A second QEMU with empty RAM takes over. */
  STANDBY
}

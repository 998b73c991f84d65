package dev.marey.machine;

/** What a machine is doing, as far as a person or a snapshot needs to know. */
public enum RunState {
  /** vCPUs execute. */
  RUNNING,
  /** Stopped by us, by {@code -S} or by a disk that failed; goes on where it was. */
  PAUSED,
  /** The guest powered itself off; the process waits with its last state. */
  SHUTDOWN,
  /** QEMU stopped it after an internal or guest error, or a guest panic. */
  CRASHED,
  /** A standby waiting for a device state ({@code -incoming defer}). */
  INCOMING,
  /** The QEMU process is gone. */
  ENDED
}

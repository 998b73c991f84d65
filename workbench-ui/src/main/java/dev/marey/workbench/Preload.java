package dev.marey.workbench;

import dev.marey.machine.LibC;

/**
 * Loads what every guest needs and what takes longest, on the other processor, while the program
 * reads what it was asked for. Nothing depends on it: what it has not loaded is loaded when it is
 * used.
 */
public final class Preload {

  private Preload() {}

  /** Begins, and does not wait. */
  public static void begin() {
    Thread thread = new Thread(Preload::load, "marey-preload");
    thread.setDaemon(true);
    thread.start();
  }

  private static void load() {
    // Not the log: what goes to standard error is decided by the command line.
    LibC unused = LibC.Bound.LIBC;
  }
}

package dev.marey.workbench;

import dev.marey.machine.LibC;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    LibC libc = LibC.Bound.LIBC;
    Logger log = LoggerFactory.getLogger(Preload.class);
    log.debug("libc is bound: {}", libc);
  }
}

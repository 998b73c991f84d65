package dev.marey.snapshot.capture;

import dev.marey.machine.LibC;

/** Work that is not to keep the guest from running: hashing, compressing, loading ahead. */
public final class BesideGuest {

  private static final LibC LIBC = LibC.Bound.LIBC;
  private static final int THIS_THREAD = 0;
  private static final int NICE = 10;

  private BesideGuest() {}

  /** From now on the calling thread gets processor time when nobody else wants it. */
  public static void yieldToGuest() {
    // Linux has a nice value for each thread. A host that refuses leaves it as fast as it was.
    int unused = LIBC.setpriority(0, THIS_THREAD, NICE);
  }
}

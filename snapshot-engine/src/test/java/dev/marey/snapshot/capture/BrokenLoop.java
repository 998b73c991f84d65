package dev.marey.snapshot.capture;

/** Lets a fault loop fail, for tests outside this package. */
public final class BrokenLoop {

  private BrokenLoop() {}

  /** Makes the loop fail with this message. */
  public static void breakOff(FaultLoop loop, String message) {
    loop.breakOff(new IllegalStateException(message));
  }
}

package dev.marey.snapshot.capture;

/** Told when a fault loop can't go on. */
public interface FaultLoopListener {

  /**
   * The loop has ended by a failure: from now on nobody answers page faults, so threads of the
   * machine that touch a protected or missing page stay blocked. Called on the fault loop; must not
   * block.
   */
  void faultLoopFailed(Throwable cause);
}

package dev.marey.snapshot;

/** Whether the guest runs after a revert. */
public enum RunAfter {
  /** As it was when the revert was asked for: a running guest runs, a paused one stays paused. */
  KEEP,
  RUN,
  PAUSE;

  boolean runs(boolean wasRunning) {
    return switch (this) {
      case KEEP -> wasRunning;
      case RUN -> true;
      case PAUSE -> false;
    };
  }
}

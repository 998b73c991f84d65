package dev.marey.workbench.journey;

import java.time.Duration;
import javafx.animation.AnimationTimer;

/**
 * Watches the window's pulse: the longest time between two frames.
 *
 * <p>Threading: fx.
 */
final class Pulse extends AnimationTimer {

  private long lastNanos;
  private long longestNanos;
  private int beats;

  @Override
  public void handle(long unusedFrameNanos) {
    long now = System.nanoTime();
    if (beats > 0) {
      longestNanos = Math.max(longestNanos, now - lastNanos);
    }
    lastNanos = now;
    beats++;
  }

  /** The longest pause so far, the one that may be going on included. */
  Duration longest() {
    return Duration.ofNanos(Math.max(longestNanos, System.nanoTime() - lastNanos));
  }

  int beats() {
    return beats;
  }
}

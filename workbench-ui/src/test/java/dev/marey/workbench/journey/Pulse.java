package dev.marey.workbench.journey;

import java.time.Duration;
import javafx.animation.AnimationTimer;

/**
 * Watches the window's pulse: the longest time between two frames, less what a busy host took away
 * meanwhile.
 *
 * <p>Threading: fx.
 */
final class Pulse extends AnimationTimer {

  private final StolenTime stolen = new StolenTime();
  private long lastNanos;
  private long lastStolenNanos;
  private long longestNanos;
  private int beats;

  @Override
  public void handle(long unusedFrameNanos) {
    if (beats > 0) {
      longestNanos = Math.max(longestNanos, pauseNanos());
    }
    lastNanos = System.nanoTime();
    lastStolenNanos = stolen.nanos();
    beats++;
  }

  private long pauseNanos() {
    return System.nanoTime() - lastNanos - Math.max(0, stolen.nanos() - lastStolenNanos);
  }

  /** The longest pause so far, the one that may be going on included. */
  Duration longest() {
    return Duration.ofNanos(Math.max(longestNanos, pauseNanos()));
  }

  int beats() {
    return beats;
  }
}

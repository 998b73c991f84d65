package dev.marey.snapshot.capture;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Bounded waits of whoever ends something: an interruption does not cut them short, it is put off
 * until they are over.
 */
public final class Patience {

  private Patience() {}

  /** Waits at most that long, and says whether it was worth it. */
  @FunctionalInterface
  public interface Wait {
    boolean within(long nanos) throws InterruptedException;
  }

  /** Waits with {@code wait} at most {@code most}; says what it said at last. */
  public static boolean keep(Duration most, Wait wait) {
    long until = System.nanoTime() + most.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return wait.within(Math.max(0, until - System.nanoTime()));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits until {@code thread} has ended; false if it has not within that time. */
  public static boolean join(Thread thread, Duration most) {
    return keep(
        most,
        nanos -> {
          TimeUnit.NANOSECONDS.timedJoin(thread, nanos);
          return !thread.isAlive();
        });
  }
}

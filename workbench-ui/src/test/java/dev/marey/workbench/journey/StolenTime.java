package dev.marey.workbench.journey;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Time that a busy host took from this process: how much later than asked for a thread that only
 * waits gets going again. Pauses of our own garbage collector are not counted, they are ours.
 *
 * <p>Threading: any.
 */
final class StolenTime {

  private static final long NAP_NANOS = 5_000_000;

  private final AtomicLong late = new AtomicLong();
  private final long collectedBefore = collectedNanos();

  StolenTime() {
    Thread waiting = new Thread(this::watch, "stolen time");
    waiting.setDaemon(true);
    waiting.start();
  }

  private void watch() {
    while (true) {
      long before = System.nanoTime();
      LockSupport.parkNanos(NAP_NANOS);
      late.addAndGet(Math.max(0, System.nanoTime() - before - 2 * NAP_NANOS));
    }
  }

  /** All of it since this was made. */
  long nanos() {
    return Math.max(0, late.get() - (collectedNanos() - collectedBefore));
  }

  private static long collectedNanos() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
            .sum()
        * 1_000_000;
  }
}

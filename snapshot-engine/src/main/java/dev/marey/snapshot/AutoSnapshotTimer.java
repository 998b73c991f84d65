package dev.marey.snapshot;

import dev.marey.machine.RunState;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes nodes at a fixed rate. It skips while the guest is paused or the node before is still being
 * saved, and stops at the session's disk budget.
 *
 * <p>Threading: any (lock: this).
 */
final class AutoSnapshotTimer implements AutoCloseable {

  private final LiveGuest live;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "marey-auto-snapshots");
            made.setDaemon(true);
            return made;
          });
  private @Nullable ScheduledFuture<?> ticking;

  AutoSnapshotTimer(LiveGuest live) {
    this.live = live;
  }

  synchronized void set(AutoSnapshots policy) {
    stop();
    if (policy.interval().isPresent() && !clock.isShutdown()) {
      Duration interval = policy.interval().get();
      ticking =
          clock.scheduleAtFixedRate(
              () -> tick(policy), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Whether nodes are taken by themselves now. */
  synchronized boolean on() {
    return ticking != null;
  }

  private void tick(AutoSnapshots policy) {
    LiveStatus status = live.status();
    if (status.runState() != RunState.RUNNING || status.saving()) {
      return;
    }
    if (live.session().pages().storedBytes() >= policy.budgetBytes()) {
      stop();
      live.problem(
          "Automatic snapshots have stopped: the session takes more than its budget of "
              + (policy.budgetBytes() >> 20)
              + " MiB. Delete nodes or raise the budget.");
      return;
    }
    live.snapshot("", Node.Origin.AUTOMATIC).join();
  }

  private synchronized void stop() {
    if (ticking != null) {
      ticking.cancel(false);
      ticking = null;
    }
  }

  @Override
  public void close() {
    stop();
    clock.shutdown();
  }
}

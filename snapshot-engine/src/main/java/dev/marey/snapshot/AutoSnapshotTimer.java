package dev.marey.snapshot;

import dev.marey.machine.RunState;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes nodes at a fixed rate. It skips while the guest is paused or the node before is still being
 * saved, and stops at the session's disk budget and when a node could not be saved.
 *
 * <p>Threading: any (lock: this).
 */
final class AutoSnapshotTimer implements AutoCloseable {

  private final LiveGuest live;
  private final Upkeep upkeep;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "marey-auto-snapshots");
            made.setDaemon(true);
            return made;
          });
  private @Nullable ScheduledFuture<?> ticking;
  private AutoSnapshots policy = AutoSnapshots.OFF;

  AutoSnapshotTimer(LiveGuest live) {
    this.live = live;
    this.upkeep = new Upkeep(live.session(), live::thin, live::problem);
  }

  synchronized void set(AutoSnapshots wanted) {
    stop();
    policy = wanted;
    if (wanted.interval().isPresent() && !clock.isShutdown()) {
      Duration interval = wanted.interval().get();
      ticking =
          clock.scheduleAtFixedRate(
              () -> tick(wanted), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Whether nodes are taken by themselves now. */
  synchronized boolean on() {
    return ticking != null;
  }

  private void tick(AutoSnapshots by) {
    try {
      LiveStatus status = live.status();
      if (status.runState() != RunState.RUNNING || status.saving()) {
        return;
      }
      if (!upkeep.makeRoom()) {
        giveUp(by, upkeep.whyFull());
        return;
      }
      live.automaticSnapshot().join();
      upkeep.thin();
    } catch (CompletionException | CancellationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      giveUp(by, cause.getMessage() + " Switch them on again when that is mended.");
    } catch (SnapshotException | RuntimeException | Error e) {
      // Whatever it was, the clock would stop without a word.
      giveUp(by, e.toString());
    }
  }

  private void giveUp(AutoSnapshots by, String why) {
    synchronized (this) {
      if (!policy.equals(by) || clock.isShutdown()) {
        return;
      }
      stop();
    }
    live.problem("Automatic snapshots have stopped: " + why);
  }

  private synchronized void stop() {
    if (ticking != null) {
      ticking.cancel(false);
      ticking = null;
    }
  }

  @Override
  public synchronized void close() {
    stop();
    clock.shutdown();
  }
}

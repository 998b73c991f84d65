package dev.marey.workbench.bench;

import dev.marey.machine.qmp.QmpEvent;
import dev.marey.machine.qmp.QmpListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects the pauses of one QEMU.
 *
 * <p>Threading: any (lock: this).
 */
final class PauseWatch implements QmpListener {

  private static final Duration LOOK = Duration.ofMillis(2);

  private final List<Pause> pauses = new ArrayList<>();
  private @Nullable Instant stopped;
  private @Nullable Instant resumed;

  @Override
  public synchronized void event(QmpEvent event) {
    if (event.name().equals("STOP")) {
      stopped = event.at();
    } else if (event.name().equals("RESUME")) {
      resumed = event.at();
      if (stopped != null) {
        pauses.add(new Pause(stopped, event.at()));
        stopped = null;
      }
    }
  }

  /** Forgets all pauses that are over. */
  synchronized void forget() {
    pauses.clear();
    resumed = null;
  }

  /** The pauses that have ended since {@link #forget}. */
  synchronized List<Pause> seen() {
    return List.copyOf(pauses);
  }

  private synchronized Optional<Pause> first() {
    return pauses.stream().findFirst();
  }

  private synchronized Optional<Instant> resumed() {
    return Optional.ofNullable(resumed);
  }

  /** The first pause since {@link #forget}, once it is over. */
  Pause await(Duration patience, StopRequest stop) throws BenchException, BenchStoppedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Optional<Pause> pause = first();
    while (pause.isEmpty()) {
      checkInTime(deadline, "STOP and RESUME");
      stop.sleep(LOOK);
      pause = first();
    }
    return pause.get();
  }

  /** When the guest last began to run since {@link #forget}. */
  Instant awaitResume(Duration patience, StopRequest stop)
      throws BenchException, BenchStoppedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Optional<Instant> at = resumed();
    while (at.isEmpty()) {
      checkInTime(deadline, "RESUME");
      stop.sleep(LOOK);
      at = resumed();
    }
    return at.get();
  }

  private static void checkInTime(long deadline, String what) throws BenchException {
    if (System.nanoTime() >= deadline) {
      throw new BenchException(
          "QEMU was asked for something that ends with "
              + what
              + ", and did not tell so in time. Look at what else the machine does, and try again.");
    }
  }
}

package dev.marey.snapshot;

import java.time.Duration;
import java.util.Optional;

/**
 * When nodes are taken by themselves.
 *
 * @param interval time between two; empty for never
 * @param budgetBytes they stop when the session on disk has grown past this many bytes
 */
public record AutoSnapshots(Optional<Duration> interval, long budgetBytes) {

  /** Room a session may take before automatic nodes stop: 5 GiB. */
  public static final long DEFAULT_BUDGET_BYTES = 5L << 30;

  public static final AutoSnapshots OFF = new AutoSnapshots(Optional.empty(), DEFAULT_BUDGET_BYTES);

  public AutoSnapshots {
    interval.ifPresent(
        time -> {
          if (time.toMillis() < 10) {
            throw new IllegalArgumentException("interval is under 10 ms: " + time);
          }
        });
  }

  public static AutoSnapshots every(Duration interval) {
    return new AutoSnapshots(Optional.of(interval), DEFAULT_BUDGET_BYTES);
  }
}

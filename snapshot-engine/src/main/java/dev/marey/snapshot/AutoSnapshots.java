package dev.marey.snapshot;

import java.time.Duration;
import java.util.Optional;

/**
 * When nodes are taken by themselves.
 *
 * @param interval time between two; empty for never
 */
public record AutoSnapshots(Optional<Duration> interval) {

  public static final AutoSnapshots OFF = new AutoSnapshots(Optional.empty());

  public AutoSnapshots {
    interval.ifPresent(
        time -> {
          if (time.toMillis() < 10) {
            throw new IllegalArgumentException("interval is under 10 ms: " + time);
          }
        });
  }

  public static AutoSnapshots every(Duration interval) {
    return new AutoSnapshots(Optional.of(interval));
  }
}

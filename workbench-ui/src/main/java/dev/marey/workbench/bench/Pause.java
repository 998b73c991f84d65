package dev.marey.workbench.bench;

import java.time.Duration;
import java.time.Instant;

/**
 * A time the guest stood still, by QEMU's own events.
 *
 * @param stopped timestamp of STOP
 * @param resumed timestamp of RESUME
 */
record Pause(Instant stopped, Instant resumed) {

  double millis() {
    return Millis.between(stopped, resumed);
  }

  /** From a request until the guest ran again. */
  double millisSince(Instant request) {
    return Millis.between(request, resumed);
  }

  Duration length() {
    return Duration.between(stopped, resumed);
  }
}

package dev.marey.workbench.bench;

import java.time.Duration;
import java.time.Instant;

/** Times as figures. */
final class Millis {

  private Millis() {}

  static double of(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  static double between(Instant from, Instant to) {
    return of(Duration.between(from, to));
  }

  static double since(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e6;
  }
}

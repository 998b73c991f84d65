package dev.marey.workbench.bench;

import java.time.Duration;

/** Whether the person wants the benchmark to end. Threading: any. */
public interface StopRequest {

  /** Waits that long. */
  void sleep(Duration time) throws BenchStoppedException;

  /** Throws if the benchmark is to end. */
  default void check() throws BenchStoppedException {
    sleep(Duration.ofNanos(1));
  }
}

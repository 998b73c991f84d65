package dev.marey.workbench.engine;

import dev.marey.snapshot.SnapshotException;
import dev.marey.workbench.tasks.Progress;
import java.io.InterruptedIOException;
import java.util.concurrent.CancellationException;

/** What long work with files tells a task, and how the task calls it off. */
final class Cancelling {

  private Cancelling() {}

  /**
   * Called often.
   *
   * @throws InterruptedIOException if the person wants no more of it
   */
  static void turn(Progress progress, long done, long of, String what)
      throws InterruptedIOException {
    progress.update(of == 0 ? Progress.UNKNOWN : Math.min(1, (double) done / of), what);
    if (progress.cancelled()) {
      throw new InterruptedIOException("it was called off");
    }
  }

  /** What it ended with. */
  static SnapshotException orFailed(Progress progress, SnapshotException failure) {
    if (progress.cancelled()) {
      throw new CancellationException();
    }
    return failure;
  }
}

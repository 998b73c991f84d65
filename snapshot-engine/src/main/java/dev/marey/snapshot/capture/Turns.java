package dev.marey.snapshot.capture;

import dev.marey.snapshot.SnapshotException;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whose turn it is with what belongs to the fault loop: its own thread between two waits, or a
 * thread that has an order. An order runs on the thread that gives it, so that a pause does not
 * wait for another thread to wake up. It is either carried out and its outcome told, or not carried
 * out at all.
 *
 * <p>Threading: any. First come, first served, so that a storm of faults keeps nobody waiting.
 */
final class Turns {

  private final ReentrantLock turn = new ReentrantLock(true);
  private boolean closed;

  /** What the fault loop does in its turn. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** The fault loop's own turn. */
  void run(Work work) throws Exception {
    turn.lock();
    try {
      work.run();
    } finally {
      turn.unlock();
    }
  }

  /**
   * Carries out {@code order} in a turn of its own.
   *
   * @throws SnapshotException if it fails, or is not carried out because the loop has ended or the
   *     caller was interrupted before it was begun
   */
  <T> T call(Callable<T> order) throws SnapshotException {
    try {
      turn.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SnapshotException("Interrupted while waiting for the fault loop.", e);
    }
    try {
      if (closed) {
        throw ended();
      }
      return order.call();
    } catch (SnapshotException e) {
      throw e;
    } catch (Exception e) {
      throw new SnapshotException(
          "Changing the write protection of guest RAM failed: " + e.getMessage(), e);
    } finally {
      turn.unlock();
    }
  }

  static SnapshotException ended() {
    return new SnapshotException(
        "The guest's memory is not watched any more, because its QEMU has ended or was stopped. Go"
            + " back to a complete node to run on.");
  }

  /** Refuses every order from now on; one that is under way is carried out first. */
  void close() {
    turn.lock();
    try {
      closed = true;
    } finally {
      turn.unlock();
    }
  }
}

package dev.marey.snapshot;

import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The order of changes to a session: none begins after it was closed, closing waits for those under
 * way, and the ones that rewrite files come one after another.
 *
 * <p>Locks are taken in this order: {@code open}, {@code turn}, the {@link NodeTree}'s, the {@link
 * SessionNews}'. Listeners are told when a change is over and holds none of them.
 *
 * <p>Threading: any.
 */
final class SessionChanges {

  /** One change. What it adds to the news is told after it, even if it fails. */
  @FunctionalInterface
  interface Change<T> {
    T make() throws SnapshotException;
  }

  /** What is done last. */
  @FunctionalInterface
  interface Closing {
    void run() throws SnapshotException;
  }

  private final Path folder;
  private final boolean writable;
  private final SessionNews news;

  /** Read: a change is under way. Write: the session closes. */
  private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();

  /** Held by changes that exclude each other, while they sync the disk too. */
  private final ReentrantLock turn = new ReentrantLock();

  /** Guarded by {@link #open}. */
  private boolean closed;

  SessionChanges(Path folder, boolean writable, SessionNews news) {
    this.folder = folder;
    this.writable = writable;
    this.news = news;
  }

  /** Makes a change that may go on beside others. */
  <T> T beside(Change<T> change) throws SnapshotException {
    open.readLock().lock();
    try {
      if (closed) {
        throw new SnapshotException(
            "Could not change the session " + folder + ": it is closed. Open it again.");
      }
      if (!writable) {
        throw new SnapshotException(
            "Could not change the session "
                + folder
                + ": it is open for reading only. Copy it to a writable place and open the copy.");
      }
      return change.make();
    } finally {
      open.readLock().unlock();
      deliver();
    }
  }

  /** Makes a change when no other is made in turn. */
  <T> T inTurn(Change<T> change) throws SnapshotException {
    return beside(
        () -> {
          turn.lock();
          try {
            return change.make();
          } finally {
            turn.unlock();
          }
        });
  }

  /** Waits for the changes under way; later ones are refused. Does nothing the second time. */
  void close(Closing closing) throws SnapshotException {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        closing.run();
      }
    } finally {
      open.writeLock().unlock();
      deliver();
    }
  }

  /** A change within a change leaves the news to the outer one. */
  private void deliver() {
    if (open.getReadHoldCount() == 0) {
      news.deliver();
    }
  }
}

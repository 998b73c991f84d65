package dev.marey.snapshot.store;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps every page that is put from its beginning on, whoever puts it, until it is closed. Whoever
 * puts pages for a node holds one from before the first page until the node is complete or given
 * up.
 *
 * <p>Threading: any. Closing again does nothing.
 */
public final class PageLease implements AutoCloseable {

  private final FreshPages fresh;
  private final ReentrantLock lock;
  private final int lease;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** {@code lock}: the store's. */
  PageLease(FreshPages fresh, ReentrantLock lock) {
    this.fresh = fresh;
    this.lock = lock;
    lock.lock();
    try {
      this.lease = fresh.lease();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      lock.lock();
      try {
        fresh.end(lease);
      } finally {
        lock.unlock();
      }
    }
  }
}

package dev.marey.snapshot.capture;

import dev.marey.snapshot.SnapshotException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What other threads want done on the fault loop, between two faults. An order is either carried
 * out and its outcome told, or it is not carried out at all: also when the one who gave it is
 * interrupted, or the loop ends.
 *
 * <p>Threading: {@link #call} any; the rest the fault loop (lock: this, for moving references
 * only).
 */
final class Orders {

  private final Queue<Order<?>> waiting = new ArrayDeque<>();
  private boolean closed;

  /** Makes the loop look at its orders. */
  @FunctionalInterface
  interface Bell {
    void ring() throws Exception;
  }

  private static final class Order<T> {
    private final Callable<T> work;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final AtomicBoolean taken = new AtomicBoolean();

    Order(Callable<T> work) {
      this.work = work;
    }

    /** True for the first who asks: it runs the order, or makes sure that nobody does. */
    boolean take() {
      return taken.compareAndSet(false, true);
    }

    void run() {
      if (!take()) {
        return;
      }
      try {
        outcome.complete(work.call());
      } catch (Exception | Error e) {
        outcome.completeExceptionally(e);
      }
    }

    void refuse() {
      if (take()) {
        outcome.completeExceptionally(ended());
      }
    }
  }

  /**
   * Has {@code work} done and waits for it.
   *
   * @throws SnapshotException if it fails, or is not done because the loop has ended or the caller
   *     was interrupted before it was begun
   */
  <T> T call(Callable<T> work, Bell bell) throws SnapshotException {
    Order<T> order = new Order<>(work);
    synchronized (this) {
      if (closed) {
        throw ended();
      }
      waiting.add(order);
    }
    try {
      bell.ring();
    } catch (Exception e) {
      if (order.take()) {
        throw new SnapshotException("The fault loop can't be reached: " + e.getMessage(), e);
      }
    }
    return await(order);
  }

  private static <T> T await(Order<T> order) throws SnapshotException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return order.outcome.get();
        } catch (InterruptedException e) {
          interrupted = true;
          if (order.take()) {
            throw new SnapshotException("Interrupted while waiting for the fault loop.", e);
          }
          // It is being carried out: what it did must not be lost.
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof SnapshotException known) {
        throw known;
      }
      throw new SnapshotException(
          "Changing the write protection of guest RAM failed: " + cause.getMessage(), cause);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static SnapshotException ended() {
    return new SnapshotException(
        "The guest's memory is not watched any more, because its QEMU has ended or was stopped. Go"
            + " back to a complete node to run on.");
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Carries out the oldest. */
  void runOne() {
    Order<?> order;
    synchronized (this) {
      order = waiting.poll();
    }
    if (order != null) {
      order.run();
    }
  }

  /** Refuses what waits and whatever comes later. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    // Nothing is added any more.
    Order<?> order;
    while ((order = waiting.poll()) != null) {
      order.refuse();
    }
  }
}

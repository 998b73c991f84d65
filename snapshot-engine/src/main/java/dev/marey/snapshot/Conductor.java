package dev.marey.snapshot;

import dev.marey.snapshot.capture.Patience;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which a live guest is paused, captured, reverted and resumed, so that two such
 * things never interleave.
 *
 * <p>Threading: any.
 */
final class Conductor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PATIENCE_ONCE_INTERRUPTED = Duration.ofSeconds(20);

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "marey-conductor");
            made.setDaemon(true);
            return made;
          });

  /** One operation and who waits for it. */
  private record Task<T>(Callable<T> operation, CompletableFuture<T> result) implements Runnable {
    @Override
    public void run() {
      try {
        result.complete(operation.call());
      } catch (Exception | Error e) {
        result.completeExceptionally(e);
      }
    }

    void refuse() {
      result.completeExceptionally(new SnapshotException("The guest has ended."));
    }
  }

  /** Queues {@code operation}; its failure becomes the future's. */
  <T> CompletableFuture<T> submit(Callable<T> operation) {
    Task<T> task = new Task<>(operation, new CompletableFuture<>());
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      task.refuse();
    }
    return task.result();
  }

  /** Runs {@code operation} and waits for it. */
  <T> T run(Callable<T> operation) throws SnapshotException {
    return await(submit(operation));
  }

  /** Waits for a future of this module and throws its failure as what it is. */
  static <T> T await(CompletableFuture<T> future) throws SnapshotException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof SnapshotException known) {
        throw known;
      }
      throw new SnapshotException(String.valueOf(cause.getMessage()), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SnapshotException("Interrupted.", e);
    }
  }

  /**
   * The same for whoever ends something: an interruption is put off, and it does not wait for ever.
   *
   * @param tooLong the message if the future is not done in time
   */
  static <T> T awaitAtMost(Duration most, CompletableFuture<T> future, String tooLong)
      throws SnapshotException {
    boolean done =
        Patience.keep(
            most,
            nanos -> {
              try {
                T unused = future.get(nanos, TimeUnit.NANOSECONDS);
                return true;
              } catch (ExecutionException e) {
                return true;
              } catch (TimeoutException e) {
                return false;
              }
            });
    if (!done) {
      throw new SnapshotException(tooLong);
    }
    boolean interrupted = Thread.interrupted();
    try {
      return await(future);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Lets what is queued finish, then ends the thread. After a minute it interrupts what is under
   * way, waits a while for that to end, and refuses what is still queued, so nobody waits for ever.
   */
  @Override
  public void close() {
    close(PATIENCE);
  }

  void close(Duration patience) {
    thread.shutdown();
    if (ended(patience)) {
      return;
    }
    for (Runnable queued : thread.shutdownNow()) {
      if (queued instanceof Task<?> task) {
        task.refuse();
      }
    }
    if (!ended(PATIENCE_ONCE_INTERRUPTED)) {
      LOG.error("what the conductor does has not ended though it was interrupted");
    }
  }

  private boolean ended(Duration patience) {
    return Patience.keep(patience, nanos -> thread.awaitTermination(nanos, TimeUnit.NANOSECONDS));
  }
}

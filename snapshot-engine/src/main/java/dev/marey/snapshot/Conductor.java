package dev.marey.snapshot;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The one thread on which a live guest is paused, captured, reverted and resumed, so that two such
 * things never interleave.
 *
 * <p>Threading: any.
 */
final class Conductor implements AutoCloseable {

  private static final long CLOSE_SECONDS = 60;

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
   * Lets what is queued finish, then ends the thread. After a minute it interrupts what is under
   * way and refuses what is still queued, so nobody waits for ever.
   */
  @Override
  public void close() {
    close(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  void close(long patience, TimeUnit unit) {
    thread.shutdown();
    try {
      if (thread.awaitTermination(patience, unit)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Runnable queued : thread.shutdownNow()) {
      if (queued instanceof Task<?> task) {
        task.refuse();
      }
    }
  }
}

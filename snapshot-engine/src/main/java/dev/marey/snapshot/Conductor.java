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

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "marey-conductor");
            made.setDaemon(true);
            return made;
          });

  /** Queues {@code operation}; its failure becomes the future's. */
  <T> CompletableFuture<T> submit(Callable<T> operation) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      thread.execute(
          () -> {
            try {
              result.complete(operation.call());
            } catch (Exception | Error e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new SnapshotException("The guest has ended.", e));
    }
    return result;
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

  /** Lets what is queued finish, then ends the thread. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(60, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.marey.workbench.engine;

import dev.marey.snapshot.LiveStatus;
import dev.marey.snapshot.SnapshotException;
import dev.marey.workbench.tasks.Progress;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Waits for what the engine does and tells meanwhile how much of it is saved.
 *
 * <p>Threading: any.
 */
final class EngineWait {

  private static final long LOOK_MILLIS = 100;

  private final Supplier<LiveStatus> status;

  EngineWait(Supplier<LiveStatus> status) {
    this.status = status;
  }

  <T> T await(CompletableFuture<T> future) throws SnapshotException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw known(e);
    }
  }

  <T> T await(CompletableFuture<T> future, Progress progress)
      throws SnapshotException, InterruptedException {
    while (true) {
      try {
        return future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        tell(status.get(), progress);
      } catch (ExecutionException e) {
        throw known(e);
      }
    }
  }

  private static void tell(LiveStatus now, Progress progress) {
    if (now.saving() && now.pagesToSave() > 0) {
      progress.update(
          (double) now.pagesSaved() / now.pagesToSave(),
          String.format(
              Locale.ROOT, "%,d of %,d pages saved", now.pagesSaved(), now.pagesToSave()));
    } else {
      progress.update(Progress.UNKNOWN, "");
    }
  }

  private static SnapshotException known(ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause instanceof SnapshotException known
        ? known
        : new SnapshotException(String.valueOf(cause.getMessage()), cause);
  }
}

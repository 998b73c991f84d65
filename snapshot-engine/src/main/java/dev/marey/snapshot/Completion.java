package dev.marey.snapshot;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that makes nodes durable, one after the other, once their pages are stored.
 *
 * <p>Threading: any.
 */
final class Completion implements Executor, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Completion.class);
  private static final long PATIENCE_MINUTES = 10;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "marey-completion");
            made.setDaemon(true);
            return made;
          });

  @Override
  public void execute(Runnable work) {
    thread.execute(work);
  }

  /** Returns when every node given so far is durable or has failed. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        LOG.error("nodes were still being saved after {} minutes", PATIENCE_MINUTES);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

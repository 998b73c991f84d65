package dev.marey.snapshot;

import dev.marey.snapshot.capture.Patience;
import java.time.Duration;
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
  private static final Duration PATIENCE = Duration.ofMinutes(10);

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

  /** Returns when every node given so far is durable or has failed; an interruption waits. */
  @Override
  public void close() {
    thread.shutdown();
    if (!Patience.keep(PATIENCE, nanos -> thread.awaitTermination(nanos, TimeUnit.NANOSECONDS))) {
      LOG.error("nodes were still being saved after {} minutes", PATIENCE.toMinutes());
    }
  }
}

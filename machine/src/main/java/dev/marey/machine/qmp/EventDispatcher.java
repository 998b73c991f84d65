package dev.marey.machine.qmp;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners of events, one after the other, on a thread that lives while there is something
 * to tell.
 *
 * <p>Threading: any.
 */
final class EventDispatcher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventDispatcher.class);
  private static final int IDLE_SECONDS = 10;

  private final List<QmpListener> listeners = new CopyOnWriteArrayList<>();
  private final ThreadPoolExecutor executor;

  EventDispatcher(String threadName) {
    // one core thread that may die: a pool of 0 to 1 threads queues while one is busy
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, threadName);
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  void add(QmpListener listener) {
    listeners.add(listener);
  }

  void remove(QmpListener listener) {
    listeners.remove(listener);
  }

  void dispatch(QmpEvent event) {
    if (listeners.isEmpty() || executor.isShutdown()) {
      return;
    }
    executor.execute(
        () -> {
          for (QmpListener listener : listeners) {
            try {
              listener.event(event);
            } catch (RuntimeException e) {
              LOG.error("a listener of {} failed", event.name(), e);
            }
          }
        });
  }

  /** What has been dispatched is still told. */
  @Override
  public void close() {
    executor.shutdown();
  }
}

package dev.marey.workbench.tasks;

import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each task on a thread of a pool and delivers outcomes on the fx thread.
 *
 * <p>Threading: fx.
 */
public final class ThreadedTaskService implements TaskService {

  private static final Logger LOG = LoggerFactory.getLogger(ThreadedTaskService.class);
  private static final int CLOSE_SECONDS = 10;

  private final Executor fxThread;
  private final BiConsumer<String, Exception> unhandled;
  private final ExecutorService pool;
  private final ObservableList<RunningTask> running = FXCollections.observableArrayList();
  // Kept, because a view of a list that nobody holds stops telling its listeners.
  private final ObservableList<RunningTask> runningSeen =
      FXCollections.unmodifiableObservableList(running);

  /**
   * A service with threads of its own.
   *
   * @param fxThread runs what it is given on the JavaFX thread
   * @param unhandled told title and failure of tasks that handle none themselves, on the fx thread
   */
  public ThreadedTaskService(Executor fxThread, BiConsumer<String, Exception> unhandled) {
    this.fxThread = fxThread;
    this.unhandled = unhandled;
    AtomicInteger number = new AtomicInteger();
    this.pool =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "task-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public RunningTask start(BackgroundTask<?> task) {
    RunningTask handle = new RunningTask(task.title());
    Runnable body = () -> runOn(task, handle);
    WorkerTask worker = new WorkerTask(handle, body);
    handle.worker(worker);
    running.add(handle);
    pool.execute(task.cancellable() ? () -> run(worker, task, handle) : body);
    if (task.cancellable()) {
      handle.interruptWith(() -> worker.cancel(true));
    }
    return handle;
  }

  @Override
  public Executor quiet() {
    return pool;
  }

  @Override
  public ObservableList<RunningTask> running() {
    return runningSeen;
  }

  /** One that was cancelled before its turn came does nothing, and has ended all the same. */
  private void run(WorkerTask worker, BackgroundTask<?> task, RunningTask handle) {
    worker.run();
    if (!worker.begun()) {
      deliver(task, handle, () -> {});
    }
  }

  private <T> void runOn(BackgroundTask<T> task, RunningTask handle) {
    Runnable outcome;
    try {
      T value = task.work().run(handle.progress(fxThread));
      outcome = () -> task.succeeded(value);
    } catch (CancellationException | InterruptedException stopped) {
      outcome = () -> {};
    } catch (Exception failure) {
      outcome = () -> fail(task, failure);
    }
    deliver(task, handle, outcome);
  }

  private void deliver(BackgroundTask<?> task, RunningTask handle, Runnable outcome) {
    fxThread.execute(
        () -> {
          running.remove(handle);
          try {
            if (!handle.cancelled()) {
              outcome.run();
            }
          } finally {
            task.finished();
          }
        });
  }

  private void fail(BackgroundTask<?> task, Exception failure) {
    LOG.warn("{} failed", task.title(), failure);
    if (task.failureHandled()) {
      task.failed(failure);
    } else {
      unhandled.accept(task.title(), failure);
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
    try {
      if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("tasks still running after {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

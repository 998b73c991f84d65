package dev.marey.workbench.tasks;

import java.util.concurrent.Executor;
import javafx.collections.ObservableList;

/** Runs background work of the window. Everything that may take longer than a frame goes here. */
public interface TaskService extends AutoCloseable {

  /**
   * Starts the task and returns its handle for progress and cancelling. Called on the fx thread.
   */
  RunningTask start(BackgroundTask<?> task);

  /** Runs small reads that are not worth a line in the progress view. */
  Executor quiet();

  /** Tasks that have not finished, oldest first. Changes on the fx thread. */
  ObservableList<RunningTask> running();

  /** Cancels everything and waits a bounded time for it to end. */
  @Override
  void close();
}

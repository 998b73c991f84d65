package dev.marey.workbench.tasks;

import javafx.concurrent.Task;

/**
 * A running task in the shape that JavaFX and ControlsFX know. One that cannot be cancelled is not
 * run through it and so never enters the state {@code RUNNING}: views then offer no cancelling.
 *
 * <p>Threading: fx; {@link #call} a thread of the pool.
 */
final class WorkerTask extends Task<Boolean> {

  private final RunningTask handle;
  private final Runnable body;
  private volatile boolean begun;

  WorkerTask(RunningTask handle, Runnable body) {
    this.handle = handle;
    this.body = body;
    updateTitle(handle.title());
    handle
        .fractionProperty()
        .addListener((property, before, now) -> updateProgress(now.doubleValue(), 1));
    handle.messageProperty().addListener((property, before, now) -> updateMessage(now));
  }

  /** Whether its work was begun. */
  boolean begun() {
    return begun;
  }

  @Override
  protected Boolean call() {
    begun = true;
    body.run();
    return true;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    handle.cancel();
    return super.cancel(mayInterruptIfRunning);
  }
}

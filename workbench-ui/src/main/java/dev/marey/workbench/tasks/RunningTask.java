package dev.marey.workbench.tasks;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.concurrent.Task;

/**
 * A task under way, as the progress view shows it.
 *
 * <p>Threading: properties fx; {@link #cancel} and the progress side any.
 */
public final class RunningTask {

  private record Step(double fraction, String message) {}

  private final String title;
  private final ReadOnlyDoubleWrapper fraction = new ReadOnlyDoubleWrapper(Progress.UNKNOWN);
  private final ReadOnlyStringWrapper message = new ReadOnlyStringWrapper("");
  private volatile Step latest = new Step(Progress.UNKNOWN, "");
  private final AtomicBoolean updatePosted = new AtomicBoolean();
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private volatile Runnable interrupt = () -> {};
  private Optional<Task<?>> worker = Optional.empty();

  RunningTask(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }

  /** The task as JavaFX knows it; empty for one that runs on the caller's thread. */
  public Optional<Task<?>> worker() {
    return worker;
  }

  void worker(Task<?> task) {
    worker = Optional.of(task);
  }

  public ReadOnlyDoubleProperty fractionProperty() {
    return fraction.getReadOnlyProperty();
  }

  public ReadOnlyStringProperty messageProperty() {
    return message.getReadOnlyProperty();
  }

  /** Asks the work to stop; it is interrupted if it waits for something. */
  public void cancel() {
    if (cancelled.compareAndSet(false, true)) {
      interrupt.run();
    }
  }

  public boolean cancelled() {
    return cancelled.get();
  }

  void interruptWith(Runnable action) {
    interrupt = action;
    if (cancelled.get()) {
      action.run();
    }
  }

  /** The work's side; however often it reports, at most one update waits for the fx thread. */
  Progress progress(Executor fxThread) {
    return new Progress() {
      @Override
      public void update(double newFraction, String newMessage) {
        latest = new Step(newFraction, newMessage);
        if (updatePosted.compareAndSet(false, true)) {
          fxThread.execute(
              () -> {
                updatePosted.set(false);
                Step step = latest;
                fraction.set(step.fraction());
                message.set(step.message());
              });
        }
      }

      @Override
      public boolean cancelled() {
        return RunningTask.this.cancelled();
      }
    };
  }
}

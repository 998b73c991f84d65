package dev.marey.workbench.testing;

import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.RunningTask;
import dev.marey.workbench.tasks.SameThread;
import dev.marey.workbench.tasks.TaskService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/**
 * Runs every task to its end before {@link #start} returns.
 *
 * <p>Threading: one thread.
 */
public final class CurrentThreadTaskService implements TaskService {

  /** Failures that no task handled itself. */
  public final List<String> failures = new ArrayList<>();

  @Override
  public RunningTask start(BackgroundTask<?> task) {
    return SameThread.run(
        task, (title, failure) -> failures.add(title + ": " + failure.getMessage()));
  }

  @Override
  public Executor quiet() {
    return Runnable::run;
  }

  @Override
  public ObservableList<RunningTask> running() {
    return FXCollections.observableArrayList();
  }

  @Override
  public void close() {}
}

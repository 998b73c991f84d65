package dev.marey.workbench.tasks;

import java.util.function.BiConsumer;

/** Opens the package's own side of tasks to the same-thread twin of the service. */
public final class SameThread {

  private SameThread() {}

  public static <T> RunningTask run(
      BackgroundTask<T> task, BiConsumer<String, Exception> unhandled) {
    RunningTask handle = new RunningTask(task.title());
    try {
      task.succeeded(task.work().run(handle.progress(Runnable::run)));
    } catch (Exception failure) {
      if (task.failureHandled()) {
        task.failed(failure);
      } else {
        unhandled.accept(task.title(), failure);
      }
    } finally {
      task.finished();
    }
    return handle;
  }
}

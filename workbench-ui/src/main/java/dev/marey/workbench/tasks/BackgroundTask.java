package dev.marey.workbench.tasks;

import java.util.function.Consumer;

/**
 * Background work and what to do with its outcome. The outcome is delivered on the JavaFX thread; a
 * cancelled task delivers nothing but {@code onFinished}.
 *
 * <p>Threading: fx until started, then immutable.
 */
public final class BackgroundTask<T> {

  private final String title;
  private final Work<T> work;
  private Consumer<T> onSuccess = value -> {};
  private Consumer<Exception> onFailure = failure -> {};
  private Runnable onFinished = () -> {};
  private boolean failureHandled;
  private boolean cancellable = true;

  private BackgroundTask(String title, Work<T> work) {
    this.title = title;
    this.work = work;
  }

  /** Work with the title that the progress view shows. */
  public static <T> BackgroundTask<T> of(String title, Work<T> work) {
    return new BackgroundTask<>(title, work);
  }

  public BackgroundTask<T> onSuccess(Consumer<T> consumer) {
    onSuccess = consumer;
    return this;
  }

  /** Without this, a failure goes to the problems. */
  public BackgroundTask<T> onFailure(Consumer<Exception> consumer) {
    onFailure = consumer;
    failureHandled = true;
    return this;
  }

  /** For work that goes on to its end whatever a person asks; nothing offers to cancel it. */
  public BackgroundTask<T> uncancellable() {
    cancellable = false;
    return this;
  }

  /** Run after success, failure or cancelling. */
  public BackgroundTask<T> onFinished(Runnable action) {
    onFinished = action;
    return this;
  }

  String title() {
    return title;
  }

  Work<T> work() {
    return work;
  }

  boolean cancellable() {
    return cancellable;
  }

  boolean failureHandled() {
    return failureHandled;
  }

  void succeeded(T value) {
    onSuccess.accept(value);
  }

  void failed(Exception failure) {
    onFailure.accept(failure);
  }

  void finished() {
    onFinished.run();
  }
}

package dev.marey.workbench.session;

import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.Progress;
import dev.marey.workbench.tasks.RunningTask;
import dev.marey.workbench.tasks.TaskService;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;

/**
 * What a person asked of the session and is being done: as tasks, most of which cannot be
 * cancelled, one journey through time at once.
 *
 * <p>Threading: fx.
 */
final class SessionWork {

  /** Something to be done. */
  interface Action {
    void run() throws Exception;
  }

  /** Something that says how far it is, and gives something. */
  interface Question<T> {
    T ask(Progress progress) throws Exception;
  }

  private final TaskService tasks;
  private final Runnable sample;
  private final List<RunningTask> cancellable = new ArrayList<>();
  private final ReadOnlyBooleanWrapper idle = new ReadOnlyBooleanWrapper(true);

  /**
   * Does work as tasks.
   *
   * @param sample looks at the guest after something was done to it
   */
  SessionWork(TaskService tasks, Runnable sample) {
    this.tasks = tasks;
    this.sample = sample;
  }

  /** Whether no journey is under way. */
  ReadOnlyBooleanProperty idleProperty() {
    return idle.getReadOnlyProperty();
  }

  void act(String title, Action action) {
    act(title, action, () -> {});
  }

  /**
   * Does something to the guest or a node.
   *
   * @param then done afterwards, whether it failed or not
   */
  void act(String title, Action action, Runnable then) {
    tasks.start(
        BackgroundTask.<List<Object>>of(
                title,
                progress -> {
                  action.run();
                  return List.of();
                })
            .uncancellable()
            .onFinished(
                () -> {
                  sample.run();
                  then.run();
                }));
  }

  /** Asks for something; {@code then} gets it. */
  <T> void start(String title, Question<T> question, Consumer<T> then) {
    tasks.start(
        BackgroundTask.of(title, progress -> question.ask(progress))
            .uncancellable()
            .onSuccess(then));
  }

  /** Asks for something that nobody minds not getting; {@link #unfinished} until it is there. */
  <T> void startCancellable(String title, Question<T> question, Consumer<T> then) {
    cancellable.add(
        tasks.start(BackgroundTask.of(title, progress -> question.ask(progress)).onSuccess(then)));
  }

  /** What was asked for and can be cancelled. */
  List<RunningTask> unfinished() {
    cancellable.retainAll(tasks.running());
    return List.copyOf(cancellable);
  }

  /** Goes to another instant, unless a journey is under way. */
  void move(String title, Question<RevertDone> journey, Consumer<RevertDone> arrived) {
    if (!idle.get()) {
      return;
    }
    idle.set(false);
    tasks.start(
        BackgroundTask.of(title, progress -> journey.ask(progress))
            .uncancellable()
            .onSuccess(arrived)
            .onFinished(() -> idle.set(true)));
  }
}

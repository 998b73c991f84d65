package dev.marey.workbench.progress;

import dev.marey.workbench.tasks.RunningTask;
import dev.marey.workbench.tasks.TaskService;
import java.util.List;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import javafx.collections.WeakListChangeListener;
import javafx.concurrent.Task;
import javafx.scene.control.Label;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;
import org.controlsfx.control.TaskProgressView;

/**
 * Tasks under way, each with how far it is and, if it can be cancelled, a button for that.
 *
 * <p>Threading: fx.
 */
public final class ProgressView extends BorderPane {

  private final TaskProgressView<Task<?>> view = new TaskProgressView<>();

  /** The list of tasks outlives this view and must not hold it. */
  private final ListChangeListener<RunningTask> follow = change -> show(change.getList());

  public ProgressView(TaskService tasks) {
    setId("progress");
    getStyleClass().add("view");
    view.setId("progress-list");
    view.setRetainTasks(true);
    Label none =
        new Label(
            "Nothing is running. Snapshots, reverts and searches show how far they are here.");
    none.getStyleClass().add("hint");
    ObservableList<RunningTask> running = tasks.running();
    running.addListener(new WeakListChangeListener<>(follow));
    none.visibleProperty().bind(Bindings.isEmpty(running));
    view.visibleProperty().bind(Bindings.isNotEmpty(running));
    setCenter(new StackPane(view, none));
    show(running);
  }

  private void show(List<? extends RunningTask> running) {
    view.getTasks()
        .setAll(running.stream().map(RunningTask::worker).flatMap(Optional::stream).toList());
  }
}

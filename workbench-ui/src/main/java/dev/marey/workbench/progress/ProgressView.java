package dev.marey.workbench.progress;

import dev.marey.workbench.tasks.Progress;
import dev.marey.workbench.tasks.RunningTask;
import dev.marey.workbench.tasks.TaskService;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * Tasks under way, each with how far it is and a button that cancels it.
 *
 * <p>Threading: fx.
 */
public final class ProgressView extends BorderPane {

  public ProgressView(TaskService tasks) {
    setId("progress");
    getStyleClass().add("view");
    ListView<RunningTask> list = new ListView<>(tasks.running());
    list.setId("progress-list");
    list.setPlaceholder(
        new Label(
            "Nothing is running. Snapshots, reverts and searches show how far they are here."));
    list.setCellFactory(view -> new TaskCell());
    setCenter(list);
  }

  private static final class TaskCell extends ListCell<RunningTask> {

    @Override
    protected void updateItem(RunningTask task, boolean empty) {
      super.updateItem(task, empty);
      if (empty || task == null) {
        setGraphic(null);
        return;
      }
      ProgressBar bar = new ProgressBar();
      bar.setPrefWidth(160);
      bar.progressProperty()
          .bind(
              task.fractionProperty()
                  .map(value -> value.doubleValue() < 0 ? Progress.UNKNOWN : value.doubleValue()));
      Label title = new Label(task.title());
      title.setMinWidth(Region.USE_PREF_SIZE);
      Label message = new Label();
      message.getStyleClass().add("hint");
      message.textProperty().bind(task.messageProperty());
      Region gap = new Region();
      HBox.setHgrow(gap, Priority.ALWAYS);
      Button cancel = new Button("", new FontIcon("codicon-close"));
      cancel.getStyleClass().add("flat-button");
      cancel.setTooltip(new Tooltip("Cancel"));
      cancel.setAccessibleText("Cancel " + task.title());
      cancel.setOnAction(event -> task.cancel());
      HBox row = new HBox(10, bar, title, message, gap, cancel);
      row.setAlignment(javafx.geometry.Pos.CENTER_LEFT);
      setGraphic(row);
    }
  }
}

package dev.marey.workbench.problems;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import javafx.beans.binding.Bindings;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.text.Text;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * The list of problems, each with what happened and what to do.
 *
 * <p>Threading: fx.
 */
public final class ProblemsView extends BorderPane {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private final TableView<Problem> table = new TableView<>();

  public ProblemsView(ProblemsViewModel model) {
    setId("problems");
    getStyleClass().add("view");
    table.setId("problems-table");
    table.getStyleClass().add("dense");
    table.setItems(model.problems());
    table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
    table.setPlaceholder(new Label("No problems. What goes wrong is listed here with its remedy."));
    table.getColumns().add(severity());
    table.getColumns().add(time());
    table.getColumns().add(text());
    table.setOnKeyPressed(
        event -> {
          Problem selected = table.getSelectionModel().getSelectedItem();
          if (event.getCode() == KeyCode.DELETE && selected != null) {
            model.dismiss(selected);
          } else if (event.getCode() == KeyCode.C && event.isShortcutDown() && selected != null) {
            copy(selected);
          }
        });
    Region gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    Button clear = new Button("Clear", new FontIcon("codicon-clear-all"));
    clear.setId("problems-clear");
    clear.getStyleClass().add("flat-button");
    clear.setOnAction(event -> model.clear());
    HBox bar = new HBox(new Label("Delete dismisses, Ctrl+C copies"), gap, clear);
    bar.getStyleClass().add("view-bar");
    bar.visibleProperty().bind(Bindings.isNotEmpty(model.problems()));
    bar.managedProperty().bind(bar.visibleProperty());
    setTop(bar);
    setCenter(table);
  }

  private static void copy(Problem problem) {
    ClipboardContent content = new ClipboardContent();
    content.putString(problem.what());
    Clipboard.getSystemClipboard().setContent(content);
  }

  private static TableColumn<Problem, Problem.Severity> severity() {
    TableColumn<Problem, Problem.Severity> column = new TableColumn<>("");
    column.setMinWidth(34);
    column.setMaxWidth(34);
    column.setSortable(false);
    column.setCellValueFactory(row -> new ReadOnlyObjectWrapper<>(row.getValue().severity()));
    column.setCellFactory(
        shown ->
            new TableCell<>() {
              @Override
              protected void updateItem(Problem.Severity severity, boolean empty) {
                super.updateItem(severity, empty);
                if (empty || severity == null) {
                  setGraphic(null);
                  return;
                }
                String name = severity.name().toLowerCase(Locale.ROOT);
                FontIcon icon = new FontIcon(icon(severity));
                icon.getStyleClass().add("problem-" + name);
                icon.setAccessibleText(name);
                setGraphic(icon);
              }
            });
    return column;
  }

  private static String icon(Problem.Severity severity) {
    return switch (severity) {
      case ERROR -> "codicon-error";
      case WARNING -> "codicon-warning";
      case INFORMATION -> "codicon-info";
    };
  }

  private static TableColumn<Problem, String> time() {
    TableColumn<Problem, String> column = new TableColumn<>("Time");
    column.setMinWidth(80);
    column.setMaxWidth(80);
    column.setSortable(false);
    column.setCellValueFactory(
        row ->
            new ReadOnlyStringWrapper(
                TIME.format(row.getValue().at().atZone(ZoneId.systemDefault()))));
    return column;
  }

  private static TableColumn<Problem, String> text() {
    TableColumn<Problem, String> column = new TableColumn<>("What happened and what to do");
    column.setSortable(false);
    column.setCellValueFactory(row -> new ReadOnlyStringWrapper(row.getValue().what()));
    column.setCellFactory(
        shown ->
            new TableCell<>() {
              @Override
              protected void updateItem(String text, boolean empty) {
                super.updateItem(text, empty);
                if (empty || text == null) {
                  setGraphic(null);
                  return;
                }
                Text wrapped = new Text(text);
                wrapped.getStyleClass().add("text");
                wrapped.fillProperty().bind(textFillProperty());
                wrapped.wrappingWidthProperty().bind(column.widthProperty().subtract(20));
                setGraphic(wrapped);
                setAccessibleText(text);
              }
            });
    return column;
  }
}

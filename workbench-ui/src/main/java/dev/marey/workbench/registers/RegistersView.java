package dev.marey.workbench.registers;

import java.util.function.Function;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * Registers by name with decoded flags.
 *
 * <p>Threading: fx.
 */
public final class RegistersView extends BorderPane {

  public RegistersView(RegistersViewModel model) {
    setId("registers");
    getStyleClass().add("view");
    Label header = new Label();
    header.textProperty().bind(model.headerProperty());
    HBox bar = new HBox(header);
    bar.getStyleClass().add("view-bar");
    setTop(bar);
    TableView<RegistersViewModel.Row> table = new TableView<>();
    table.setId("registers-table");
    table.setItems(model.rows());
    table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
    table.getColumns().add(column("Register", 72, "", RegistersViewModel.Row::name));
    table.getColumns().add(column("Value", 152, "mono", RegistersViewModel.Row::value));
    table.getColumns().add(column("Meaning", 90, "", RegistersViewModel.Row::decoded));
    Label hint = new Label();
    hint.textProperty().bind(model.hintProperty());
    hint.setWrapText(true);
    Button pause = new Button("Pause the guest", new FontIcon("codicon-debug-pause"));
    pause.setId("registers-pause");
    pause.setOnAction(event -> model.pause());
    pause.visibleProperty().bind(model.offersPauseProperty());
    VBox empty = new VBox(hint, pause);
    empty.getStyleClass().add("empty");
    table.setPlaceholder(empty);
    setCenter(table);
  }

  private static TableColumn<RegistersViewModel.Row, String> column(
      String title, double width, String style, Function<RegistersViewModel.Row, String> value) {
    TableColumn<RegistersViewModel.Row, String> column = new TableColumn<>(title);
    column.setPrefWidth(width);
    column.setMinWidth(width);
    column.setSortable(false);
    column.setReorderable(false);
    if (!style.isEmpty()) {
      column.getStyleClass().add(style);
    }
    column.setCellValueFactory(row -> new ReadOnlyStringWrapper(value.apply(row.getValue())));
    return column;
  }
}

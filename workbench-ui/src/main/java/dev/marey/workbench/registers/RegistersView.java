package dev.marey.workbench.registers;

import dev.marey.workbench.command.Command;
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

  public RegistersView(RegistersViewModel model, Command snapshot) {
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
    Label hint = new Label("Registers of the selected node are listed here.");
    hint.setWrapText(true);
    Button take = new Button("Take a snapshot", new FontIcon(snapshot.icon()));
    take.setOnAction(event -> snapshot.run());
    take.disableProperty().bind(snapshot.enabledProperty().not());
    VBox empty = new VBox(hint, take);
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

package dev.marey.workbench.command;

import javafx.geometry.Bounds;
import javafx.scene.Scene;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.Popup;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * The palette: type, choose with the arrows, Enter.
 *
 * <p>Threading: fx.
 */
public final class PaletteView {

  private static final double WIDTH = 520;
  private static final double ROWS = 12;
  private static final double ROW_HEIGHT = 28;

  private final PaletteViewModel model;
  private final Popup popup = new Popup();
  private final TextField query = new TextField();
  private final ListView<Command> list = new ListView<>();

  public PaletteView(PaletteViewModel model) {
    this.model = model;
    query.setId("palette-query");
    query.setPromptText("Type a command");
    query.setAccessibleText("Command to find");
    query.textProperty().bindBidirectional(model.queryProperty());
    list.setId("palette-list");
    list.setItems(model.found());
    list.setFixedCellSize(ROW_HEIGHT);
    list.setPrefHeight(ROWS * ROW_HEIGHT + 4);
    list.setFocusTraversable(false);
    list.setPlaceholder(new Label("No command is called that"));
    list.setCellFactory(view -> new CommandCell());
    list.setOnMouseClicked(event -> runSelected());
    // After the binding above, so the list has taken what was found when this is told.
    query
        .textProperty()
        .addListener((property, before, text) -> list.getSelectionModel().clearAndSelect(0));
    query.addEventFilter(KeyEvent.KEY_PRESSED, this::keyPressed);
    VBox box = new VBox(query, list);
    box.getStyleClass().add("palette");
    box.setPrefWidth(WIDTH);
    popup.getContent().add(box);
    popup.setAutoHide(true);
    popup.setHideOnEscape(true);
  }

  /** Opens it in the upper middle of the window. */
  public void show(Scene scene) {
    query.clear();
    model.search();
    list.getSelectionModel().selectFirst();
    popup.getScene().getStylesheets().setAll(scene.getStylesheets());
    popup.getScene().getRoot().getStyleClass().setAll(scene.getRoot().getStyleClass());
    popup
        .getScene()
        .getRoot()
        .setStyle(scene.getRoot().getStyle() + "-fx-background-color: transparent;");
    Bounds window = scene.getRoot().localToScreen(scene.getRoot().getLayoutBounds());
    popup.show(
        scene.getWindow(),
        window.getCenterX() - WIDTH / 2,
        window.getMinY() + window.getHeight() / 8);
    query.requestFocus();
  }

  private void keyPressed(KeyEvent event) {
    int at = list.getSelectionModel().getSelectedIndex();
    if (event.getCode() == KeyCode.DOWN) {
      list.getSelectionModel().select(Math.min(at + 1, model.found().size() - 1));
    } else if (event.getCode() == KeyCode.UP) {
      list.getSelectionModel().select(Math.max(at - 1, 0));
    } else if (event.getCode() == KeyCode.ENTER) {
      runSelected();
    } else {
      return;
    }
    list.scrollTo(list.getSelectionModel().getSelectedIndex());
    event.consume();
  }

  private void runSelected() {
    Command command = list.getSelectionModel().getSelectedItem();
    if (command != null && command.enabledProperty().get()) {
      popup.hide();
      command.run();
    }
  }

  private static final class CommandCell extends ListCell<Command> {
    @Override
    protected void updateItem(Command command, boolean empty) {
      super.updateItem(command, empty);
      if (empty || command == null) {
        setGraphic(null);
        return;
      }
      Region gap = new Region();
      HBox.setHgrow(gap, Priority.ALWAYS);
      Label keys =
          new Label(command.keys().isEmpty() ? "" : command.keys().get(0).getDisplayText());
      keys.getStyleClass().add("keys");
      Label icon = new Label();
      icon.setMinWidth(22);
      if (!command.icon().isEmpty()) {
        icon.setGraphic(new FontIcon(command.icon()));
      }
      HBox row = new HBox(icon, new Label(command.title()), gap, keys);
      row.setDisable(!command.enabledProperty().get());
      setGraphic(row);
    }
  }
}

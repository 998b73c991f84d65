package dev.marey.workbench.shell;

import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * A line in the toolbar that says what has just happened, with one action. It covers and moves
 * nothing: a person may be about to click.
 *
 * <p>Threading: fx.
 */
class Notice extends HBox {

  private final Label text = new Label();
  private final Button action = new Button();

  /**
   * A line that does not show.
   *
   * @param actionId id of the action's button
   */
  Notice(String id, String icon, String actionId) {
    setId(id);
    getStyleClass().add("notice");
    setAlignment(Pos.CENTER_LEFT);
    text.setGraphic(new FontIcon(icon));
    text.setMinWidth(40);
    Tooltip whole = new Tooltip();
    whole.textProperty().bind(text.textProperty());
    text.setTooltip(whole);
    action.setId(actionId);
    action.setMinWidth(Region.USE_PREF_SIZE);
    Button close = new Button("", new FontIcon("codicon-close"));
    close.setId(id + "-close");
    close.getStyleClass().add("flat");
    close.setAccessibleText("Close this line");
    close.setMinWidth(Region.USE_PREF_SIZE);
    close.setOnAction(event -> hide());
    HBox.setHgrow(text, Priority.SOMETIMES);
    getChildren().addAll(text, action, close);
    setVisible(false);
    managedProperty().bind(visibleProperty());
  }

  /** Shows the text with its action, or another text if it shows already. */
  final void tell(String what, String title, Runnable does) {
    text.setText(what);
    action.setText(title);
    action.setOnAction(event -> does.run());
    setVisible(true);
  }

  final Button action() {
    return action;
  }

  /** Whether it makes room for a newer one. */
  boolean yields() {
    return true;
  }

  final void hide() {
    setVisible(false);
  }
}

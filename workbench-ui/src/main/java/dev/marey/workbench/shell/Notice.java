package dev.marey.workbench.shell;

import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.layout.Region;
import org.controlsfx.control.NotificationPane;
import org.controlsfx.control.action.Action;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * A bar that slides in below the toolbar and moves the views down while it shows, so that it covers
 * nothing. It has one action.
 *
 * <p>Threading: fx.
 */
class Notice extends NotificationPane {

  private static final double HEIGHT = 40;

  private final Region room = new Region();
  private final String actionId;

  /**
   * A bar that does not show.
   *
   * @param actionId id of the action's button, from when the bar has come to rest
   */
  Notice(String id, String icon, String actionId) {
    this.actionId = actionId;
    setId(id);
    getStyleClass().add("notice");
    setGraphic(new FontIcon(icon));
    room(0);
    setContent(room);
    setOnShowing(event -> room(HEIGHT));
    setOnShown(event -> nameAction());
    setOnHidden(event -> room(0));
  }

  /** Shows the text with its action, or another text if it shows already. */
  final void tell(String text, Action action) {
    setText(text);
    getActions().setAll(action);
    if (isShowing()) {
      nameAction();
    } else {
      show();
    }
  }

  private void room(double height) {
    room.setMinHeight(height);
    room.setPrefHeight(height);
    room.setMaxHeight(height);
  }

  private void nameAction() {
    for (Node found : lookupAll(".button")) {
      if (found instanceof Button button && !button.getText().isEmpty()) {
        button.setId(actionId);
      }
    }
  }
}

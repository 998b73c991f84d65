package dev.marey.workbench.shell;

import dev.marey.workbench.command.Command;
import javafx.scene.control.Button;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.Region;
import org.kordamp.ikonli.javafx.FontIcon;

/** Controls that offer a command. Threading: fx. */
final class Buttons {

  private Buttons() {}

  /** A toolbar button; {@code short} is its text, the tooltip has title and key. */
  static Button of(Command command, String text) {
    Button button = new Button(text);
    button.setId(command.id().replace('.', '-'));
    button.setMinWidth(Region.USE_PREF_SIZE);
    if (!command.icon().isEmpty()) {
      button.setGraphic(new FontIcon(command.icon()));
    }
    String keys =
        command.keys().isEmpty() ? "" : "  (" + command.keys().get(0).getDisplayText() + ")";
    button.setTooltip(new Tooltip(command.title() + keys));
    button.setAccessibleText(command.title());
    button.setOnAction(event -> command.run());
    button.disableProperty().bind(command.enabledProperty().not());
    return button;
  }

  static MenuItem item(Command command) {
    MenuItem item = new MenuItem(command.title());
    item.setId("menu-" + command.id().replace('.', '-'));
    if (!command.icon().isEmpty()) {
      item.setGraphic(new FontIcon(command.icon()));
    }
    if (!command.keys().isEmpty()) {
      item.setAccelerator(command.keys().get(0));
    }
    item.setOnAction(event -> command.run());
    item.disableProperty().bind(command.enabledProperty().not());
    return item;
  }
}

package dev.marey.workbench.shell;

import dev.marey.workbench.command.Command;
import dev.marey.workbench.command.Commands;
import java.util.Locale;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;

/**
 * The menu bar: every command under the menu its id names.
 *
 * <p>Threading: fx.
 */
final class WorkbenchMenu extends MenuBar {

  WorkbenchMenu(Commands commands) {
    setId("menu");
    add(commands, "_File", "file.");
    add(commands, "_Guest", "guest.");
    add(commands, "_Time", "time.");
    add(commands, "_View", "show.", "view.");
  }

  private void add(Commands commands, String title, String... prefixes) {
    Menu menu = new Menu(title);
    menu.setId("menu-" + title.substring(1).toLowerCase(Locale.ROOT));
    for (String prefix : prefixes) {
      for (Command command : commands.all()) {
        if (command.id().startsWith(prefix)) {
          menu.getItems().add(Buttons.item(command));
        }
      }
    }
    if (prefixes[0].equals("guest.") && !menu.getItems().isEmpty()) {
      Menu auto = new Menu("Auto-snapshots");
      commands.all().stream()
          .filter(command -> command.id().startsWith("auto."))
          .forEach(command -> auto.getItems().add(Buttons.item(command)));
      menu.getItems().add(auto);
    }
    if (!menu.getItems().isEmpty()) {
      getMenus().add(menu);
    }
  }
}

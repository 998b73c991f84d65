package dev.marey.workbench.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;

/**
 * All commands of a window in the order in which they were added.
 *
 * <p>Threading: fx.
 */
public final class Commands {

  private final Map<String, Command> byId = new LinkedHashMap<>();

  /**
   * Adds a command.
   *
   * @throws IllegalArgumentException if its id or one of its keys is taken
   */
  public Command add(Command command) {
    for (Command other : byId.values()) {
      for (var key : command.keys()) {
        if (other.keys().contains(key)) {
          throw new IllegalArgumentException(
              key + " of " + command.id() + " is already a key of " + other.id());
        }
      }
    }
    if (byId.putIfAbsent(command.id(), command) != null) {
      throw new IllegalArgumentException("command id is taken: " + command.id());
    }
    return command;
  }

  public List<Command> all() {
    return new ArrayList<>(byId.values());
  }

  /**
   * The command with that id.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Command get(String id) {
    Command command = byId.get(id);
    if (command == null) {
      throw new IllegalArgumentException("no command has the id " + id);
    }
    return command;
  }

  /** The command that a pressed key asks for, whether or not it can be done now. */
  public Optional<Command> forKey(KeyEvent event) {
    return byId.values().stream()
        .filter(command -> command.keys().stream().anyMatch(key -> key.match(event)))
        .findFirst();
  }

  /**
   * Whether a key stays with the window while console or screen have the focus: Ctrl+Shift+letter
   * and Ctrl+F12. Everything else goes to the guest.
   */
  public static boolean belongsToWindow(KeyEvent event) {
    boolean letter = event.getCode().isLetterKey() && event.isControlDown() && event.isShiftDown();
    boolean leave = event.getCode() == KeyCode.F12 && event.isControlDown();
    return letter || leave;
  }
}

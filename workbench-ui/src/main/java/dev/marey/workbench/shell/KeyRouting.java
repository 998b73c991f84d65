package dev.marey.workbench.shell;

import dev.marey.workbench.command.Command;
import dev.marey.workbench.command.Commands;
import dev.marey.workbench.command.GuestInput;
import java.util.Optional;
import java.util.function.Supplier;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.input.KeyEvent;

/**
 * Gives keys to commands. While a control of {@link GuestInput} has the focus, only the few keys
 * that belong to the window are taken, before the guest sees them; otherwise a control with a use
 * of its own for a key comes first.
 *
 * <p>Threading: fx.
 */
final class KeyRouting {

  private final Scene scene;
  private final Supplier<Commands> commands;

  private KeyRouting(Scene scene, Supplier<Commands> commands) {
    this.scene = scene;
    this.commands = commands;
  }

  static void install(Scene scene, Supplier<Commands> commands) {
    KeyRouting routing = new KeyRouting(scene, commands);
    scene.addEventFilter(KeyEvent.KEY_PRESSED, routing::before);
    scene.addEventHandler(KeyEvent.KEY_PRESSED, routing::after);
  }

  private void before(KeyEvent event) {
    if (guestHasKeys() && Commands.belongsToWindow(event)) {
      run(event);
    }
  }

  private void after(KeyEvent event) {
    if (!guestHasKeys()) {
      run(event);
    }
  }

  private void run(KeyEvent event) {
    Optional<Command> command = commands.get().forKey(event);
    if (command.isPresent()) {
      event.consume();
      command.get().run();
    }
  }

  private boolean guestHasKeys() {
    Node focused = scene.getFocusOwner();
    return focused != null && GuestInput.has(focused);
  }
}

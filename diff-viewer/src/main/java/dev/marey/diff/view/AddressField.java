package dev.marey.diff.view;

import dev.marey.machine.GuestAddress;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;

/**
 * Takes a guest-physical address; Enter goes there, Escape goes back to the bytes.
 *
 * <p>Threading: fx.
 */
final class AddressField extends TextField {

  private final Consumer<GuestAddress> goTo;
  private final Consumer<String> problem;

  AddressField(Consumer<GuestAddress> goTo, Consumer<String> problem, Runnable left) {
    this.goTo = goTo;
    this.problem = problem;
    setId("diff-address");
    setPromptText("Go to address");
    setPrefColumnCount(11);
    setMinWidth(USE_PREF_SIZE);
    setTooltip(new Tooltip("Guest-physical address, hexadecimal; Enter goes there (Ctrl+G)"));
    setOnAction(event -> accept());
    textProperty().addListener((o, before, now) -> problem.accept(""));
    addEventHandler(
        KeyEvent.KEY_PRESSED,
        event -> {
          if (event.getCode() == KeyCode.ESCAPE) {
            left.run();
            event.consume();
          }
        });
  }

  private void accept() {
    String text = getText().strip();
    if (text.isEmpty()) {
      return;
    }
    Optional<Long> address = HexGoTo.parse(text);
    if (address.isEmpty() || address.get() < 0) {
      problem.accept("“" + text + "” is not a hexadecimal address");
    } else {
      goTo.accept(new GuestAddress(address.get()));
    }
  }
}

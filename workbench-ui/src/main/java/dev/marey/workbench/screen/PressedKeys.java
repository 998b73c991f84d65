package dev.marey.workbench.screen;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import javafx.scene.input.KeyCode;

/**
 * Keys the guest holds to be pressed. A key is released as the symbol it was pressed as, whatever
 * happened to Shift in between, and none stays pressed when the person leaves.
 *
 * <p>Threading: fx.
 */
final class PressedKeys {

  private final IntConsumer down;
  private final IntConsumer up;
  private final Map<KeyCode, Integer> pressed = new LinkedHashMap<>();

  PressedKeys(IntConsumer down, IntConsumer up) {
    this.down = down;
    this.up = up;
  }

  /** A key went down, or repeats. */
  void press(KeyCode code, OptionalInt keysym) {
    if (keysym.isPresent()) {
      Integer before = pressed.put(code, keysym.getAsInt());
      if (before != null && before != keysym.getAsInt()) {
        up.accept(before);
      }
      down.accept(keysym.getAsInt());
    }
  }

  void release(KeyCode code) {
    Integer keysym = pressed.remove(code);
    if (keysym != null) {
      up.accept(keysym);
    }
  }

  void releaseAll() {
    pressed.values().forEach(up::accept);
    pressed.clear();
  }
}

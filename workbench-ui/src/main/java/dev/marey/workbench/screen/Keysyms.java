package dev.marey.workbench.screen;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;

/** X11 key symbols of JavaFX keys (X11/keysymdef.h). */
final class Keysyms {

  private static final int F1 = 0xffbe;

  private static final Map<KeyCode, Integer> NAMED =
      Map.ofEntries(
          Map.entry(KeyCode.BACK_SPACE, 0xff08),
          Map.entry(KeyCode.TAB, 0xff09),
          Map.entry(KeyCode.ENTER, 0xff0d),
          Map.entry(KeyCode.ESCAPE, 0xff1b),
          Map.entry(KeyCode.HOME, 0xff50),
          Map.entry(KeyCode.LEFT, 0xff51),
          Map.entry(KeyCode.UP, 0xff52),
          Map.entry(KeyCode.RIGHT, 0xff53),
          Map.entry(KeyCode.DOWN, 0xff54),
          Map.entry(KeyCode.PAGE_UP, 0xff55),
          Map.entry(KeyCode.PAGE_DOWN, 0xff56),
          Map.entry(KeyCode.END, 0xff57),
          Map.entry(KeyCode.INSERT, 0xff63),
          Map.entry(KeyCode.DELETE, 0xffff),
          Map.entry(KeyCode.SHIFT, 0xffe1),
          Map.entry(KeyCode.CONTROL, 0xffe3),
          Map.entry(KeyCode.CAPS, 0xffe5),
          Map.entry(KeyCode.ALT, 0xffe9),
          Map.entry(KeyCode.ALT_GRAPH, 0xfe03),
          Map.entry(KeyCode.WINDOWS, 0xffeb),
          Map.entry(KeyCode.SPACE, 0x20));

  private Keysyms() {}

  /** The symbol of a pressed or released key; empty for keys that PCs do not have. */
  static OptionalInt of(KeyEvent event) {
    KeyCode code = event.getCode();
    Integer named = NAMED.get(code);
    if (named != null) {
      return OptionalInt.of(named);
    }
    if (code.isFunctionKey() && code.compareTo(KeyCode.F12) <= 0) {
      return OptionalInt.of(F1 + Integer.parseInt(code.getName().substring(1)) - 1);
    }
    String text = event.getText();
    if (text.length() == 1 && text.charAt(0) > ' ' && text.charAt(0) < 0x100) {
      return OptionalInt.of(text.charAt(0));
    }
    if (code.isLetterKey()) {
      return OptionalInt.of(code.getChar().toLowerCase(Locale.ROOT).charAt(0));
    }
    return code.isDigitKey() ? OptionalInt.of(code.getChar().charAt(0)) : OptionalInt.empty();
  }
}

package dev.marey.workbench.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected symbols are those of X11/keysymdef.h. */
final class KeysymsTest {

  private static OptionalInt of(KeyCode code, String text) {
    return Keysyms.of(
        new KeyEvent(KeyEvent.KEY_PRESSED, "", text, code, false, false, false, false));
  }

  @ParameterizedTest
  @CsvSource({
    "BACK_SPACE, 0xff08", "TAB, 0xff09", "ENTER, 0xff0d", "ESCAPE, 0xff1b", "HOME, 0xff50",
    "LEFT, 0xff51", "UP, 0xff52", "RIGHT, 0xff53", "DOWN, 0xff54", "PAGE_UP, 0xff55",
    "PAGE_DOWN, 0xff56", "END, 0xff57", "INSERT, 0xff63", "DELETE, 0xffff", "SHIFT, 0xffe1",
    "CONTROL, 0xffe3", "CAPS, 0xffe5", "ALT, 0xffe9", "ALT_GRAPH, 0xfe03", "WINDOWS, 0xffeb",
    "SPACE, 0x20", "F1, 0xffbe", "F10, 0xffc7", "F12, 0xffc9"
  })
  void namedKeysHaveTheirSymbols(KeyCode code, String keysym) {
    assertThat(of(code, "")).hasValue(Integer.decode(keysym));
  }

  @Test
  void aCharacterIsItsOwnSymbol() {
    assertThat(of(KeyCode.A, "A")).hasValue('A');
    assertThat(of(KeyCode.DIGIT7, "&")).hasValue('&');
    assertThat(of(KeyCode.UNDEFINED, "\u00e4")).hasValue(0xe4);
  }

  @Test
  void aKeyHeldWithControlIsThePlainOne() {
    assertThat(of(KeyCode.C, "\u0003")).hasValue('c');
    assertThat(of(KeyCode.DIGIT2, "")).hasValue('2');
  }

  @Test
  void keysThatPcsDoNotHaveHaveNone() {
    assertThat(of(KeyCode.F13, "")).isEmpty();
    assertThat(of(KeyCode.VOLUME_UP, "")).isEmpty();
    assertThat(of(KeyCode.UNDEFINED, "\u20ac")).isEmpty();
  }
}

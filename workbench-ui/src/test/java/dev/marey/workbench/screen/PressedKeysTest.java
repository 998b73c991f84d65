package dev.marey.workbench.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;

final class PressedKeysTest {

  private final List<String> sent = new ArrayList<>();
  private final PressedKeys keys =
      new PressedKeys(key -> sent.add("down " + (char) key), key -> sent.add("up " + (char) key));

  @Test
  void aKeyIsReleasedAsWhatItWasPressedAs() {
    keys.press(KeyCode.A, OptionalInt.of('A'));
    keys.release(KeyCode.A);
    keys.release(KeyCode.A);
    assertThat(sent).containsExactly("down A", "up A");
  }

  @Test
  void aRepeatedKeyGoesDownAgain() {
    keys.press(KeyCode.A, OptionalInt.of('a'));
    keys.press(KeyCode.A, OptionalInt.of('a'));
    keys.release(KeyCode.A);
    assertThat(sent).containsExactly("down a", "down a", "up a");
  }

  @Test
  void noKeyStaysPressedWhenThePersonLeaves() {
    keys.press(KeyCode.CONTROL, OptionalInt.of('c'));
    keys.press(KeyCode.X, OptionalInt.of('x'));
    keys.releaseAll();
    keys.releaseAll();
    assertThat(sent).containsExactly("down c", "down x", "up c", "up x");
  }

  @Test
  void aKeyThatPcsDoNotHaveIsNotSent() {
    keys.press(KeyCode.VOLUME_UP, OptionalInt.empty());
    keys.release(KeyCode.VOLUME_UP);
    assertThat(sent).isEmpty();
  }
}

package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.diff.view.DeviceDiffView;
import java.util.concurrent.TimeUnit;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The guest's clock, which is another in every node, goes with the usual changes.
 *
 * <p>Sabotage that fails it: a device diff without history (nothing is called usual).
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class UsualChangesFxTest extends WindowJourney {

  private static final String CLOCK = "cpu_clock_offset |";

  @Override
  RealWindow begin() {
    return withBareMetal();
  }

  @Test
  void deviceFieldsThatChangeAllTheTimeAreCountedAndHidden() {
    for (int node = 1; node <= 5; node++) {
      window.clickOn("#guest-snapshot");
      window.awaitSeen("#node-S" + node);
    }
    window.shortcut(KeyCode.I);
    window.awaitSeen("#device-diff-view");
    window.clickOn("#node-S5");
    window.awaitTrue(
        "usual changes",
        () -> window.text("#device-hide-usual").matches("Hide [1-9]\\d* usual changes"));
    assertThat(fields()).contains(CLOCK);
    String usual = window.text("#device-hide-usual").replaceAll("\\D", "");

    window.clickOn("#device-hide-usual");
    window.awaitTrue("no clock", () -> !fields().contains(CLOCK));
    assertThat(window.text("#device-count")).endsWith(", " + usual + " hidden");
  }

  private String fields() {
    return RealWindow.onFx(
        () -> window.lookup(".marey-device-diff").queryAs(DeviceDiffView.class).visibleText());
  }
}

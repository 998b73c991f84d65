package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Where views are is remembered from one start to the next, until the standard layout is asked for.
 *
 * <p>Sabotage that fails it: a layout that is not written or not read (Memory is in front after the
 * second start); a reset that does nothing (Device diff stays in front).
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class LayoutFxTest extends WindowJourney {

  @Override
  RealWindow begin() {
    return withBareMetal();
  }

  @Test
  void theViewsInFrontAreInFrontAfterTheNextStart() {
    assertThat(window.seen("#memory")).isTrue();
    window.shortcut(KeyCode.I);
    window.awaitSeen("#device-diff-view");
    window.awaitGone("#memory");
    window.askToClose();
    window.awaitClosed();

    window = RealWindow.open(home, "open", "guest-1");
    window.awaitConsole("counting on", said -> said.contain("counter"));
    window.awaitSeen("#device-diff-view");
    assertThat(window.seen("#memory")).isFalse();

    window.stroke(KeyCode.CONTROL, KeyCode.SHIFT, KeyCode.P);
    window.awaitSeen("#palette-query");
    window.typeText("standard");
    window.stroke(KeyCode.ENTER);
    window.awaitSeen("#memory");
    window.awaitGone("#device-diff-view");
  }
}

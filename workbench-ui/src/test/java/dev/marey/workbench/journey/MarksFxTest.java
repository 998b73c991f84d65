package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a person writes on a node is there when the session is opened again.
 *
 * <p>Sabotage that fails it: a name, note or pin that is only in memory; details that do not show
 * it.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class MarksFxTest extends WindowJourney {

  @Override
  RealWindow begin() {
    return withBareMetal();
  }

  @Test
  void nameNoteAndPinStay() {
    window.shortcut(KeyCode.S);
    window.awaitTrue("S1", () -> window.seen("#node-S1") && !window.has("#node-S1", "saving"));
    window.clickOn("#node-S1");
    window.stroke(KeyCode.F2);
    answer("before the crash");
    window.stroke(KeyCode.N);
    answer("the lock is still held");
    window.stroke(KeyCode.P);
    awaitMarks();

    window.clickOn("#menu-file");
    window.clickOn("#menu-file-close");
    window.awaitSeen("#resume-guest-1");
    window.clickOn("#resume-guest-1");
    window.awaitSeen("#node-S1");
    window.clickOn("#node-S1");
    awaitMarks();
  }

  private void awaitMarks() {
    window.awaitTrue(
        "name, note and pin in the details",
        () ->
            details()
                .containsAll(
                    List.of("S1  before the crash", "the lock is still held", "by hand, pinned")));
    assertThat(details()).contains("complete");
  }

  private List<String> details() {
    return RealWindow.onFx(
        () -> window.lookup("#session .label").queryAll().stream().map(RealWindow::words).toList());
  }

  private void answer(String text) {
    window.awaitSeen("#dialog-text");
    RealWindow.onFx(
        () -> {
          window.lookup("#dialog-text").queryAs(TextField.class).setText(text);
          return text;
        });
    window.stroke(KeyCode.ENTER);
    window.awaitGone("#dialog-text");
  }
}

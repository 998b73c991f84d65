package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javafx.scene.control.TextField;
import javafx.scene.input.Clipboard;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A session packed into a file, and the file opened from the start page.
 *
 * <p>Sabotage that fails it: a bundle without the node; opening the session instead of the bundle
 * (it has the present too).
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class BundleFxTest extends WindowJourney {

  @Override
  RealWindow begin() {
    return withBareMetal();
  }

  @Test
  void whatWasBundledGoesOnWhereItWas() throws Exception {
    Path file = home.resolve("my bug.marey");
    window.shortcut(KeyCode.S);
    window.awaitTrue("S1", () -> window.seen("#node-S1") && !window.has("#node-S1", "saving"));
    window.awaitConsole("going on", said -> said.contain("counter 9"));

    window.clickOn("#menu-file");
    window.clickOn("#menu-file-bundle");
    name(file, "/guest-1.marey");
    window.awaitSeen("#export-copy");
    assertThat(Files.size(file)).isPositive();
    window.clickOn("#export-copy");
    assertThat(RealWindow.onFx(() -> Clipboard.getSystemClipboard().getString()))
        .isEqualTo("marey open '" + file + "'");

    window.clickOn("#menu-file");
    window.clickOn("#menu-file-close");
    window.awaitSeen("#start-open");
    window.clickOn("#start-open");
    name(file, "");
    window.awaitSeen("#node-S1");
    assertThat(window.seen("#node-S2")).isFalse();
    assertThat(home.resolve(".local/share/marey/sessions/my_bug")).isDirectory();
    window.awaitConsole("going on from S1", said -> said.contain("counter 12"));
  }

  private void name(Path file, String suggested) {
    window.awaitSeen("#file-path");
    assertThat(RealWindow.onFx(() -> path().getText())).endsWith(suggested);
    RealWindow.onFx(
        () -> {
          path().setText(file.toString());
          return file;
        });
    window.clickOn("#file-done");
  }

  private TextField path() {
    return window.lookup("#file-path").queryAs(TextField.class);
  }
}

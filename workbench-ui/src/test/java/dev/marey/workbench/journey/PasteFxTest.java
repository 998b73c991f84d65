package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javafx.scene.Node;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import org.fxmisc.richtext.TextExt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A bad command line pasted, mended where it is underlined, booted.
 *
 * <p>Sabotage that fails it: a check that finds nothing (nothing is underlined, the button is
 * enabled); underlines one character off (other words are underlined, deleting the marked word
 * leaves a letter); a reason that selects nothing (the words stay).
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class PasteFxTest extends WindowJourney {

  private static final String KVM = "-enable-kvm: KVM writes guest RAM past what Marey watches.";

  @Override
  RealWindow begin() {
    return RealWindow.openStartPage(home);
  }

  @Test
  void aBadCommandLineIsUnderlinedMendedAndBooted() throws IOException {
    Path disk = Files.write(home.resolve("disk.img"), new byte[1 << 20]);
    String wrong = disk.toString().replace(".img", "");
    String drive = "-drive format=raw,if=virtio,file=" + wrong;
    List<String> bare = TestGuests.bareMetalCommandLine(64);
    paste(
        bare.get(0)
            + " -enable-kvm "
            + drive
            + " "
            + String.join(" ", bare.subList(1, bare.size())));

    window.awaitTrue("two reasons", () -> reasons().size() == 2);
    assertThat(RealWindow.onFx(this::reasons).get(0)).isEqualTo(KVM);
    assertThat(RealWindow.onFx(this::reasons).get(1))
        .isEqualTo(drive + ": There is no file " + wrong + ".");
    assertThat(RealWindow.onFx(this::underlined)).containsExactly("-enable-kvm", drive);
    assertThat(window.disabled("#start-pasted")).isTrue();

    window.clickOn(reason(KVM));
    window.stroke(KeyCode.DELETE);
    window.awaitTrue("one reason", () -> reasons().size() == 1);
    assertThat(RealWindow.onFx(this::underlined)).containsExactly(drive);

    window.clickOn(reason("-drive format="));
    window.stroke(KeyCode.RIGHT);
    window.typeText(".img");
    window.awaitTrue("no reason", () -> reasons().isEmpty());
    assertThat(RealWindow.onFx(this::underlined)).isEmpty();

    window.clickOn("#start-pasted");
    window.awaitConsole(
        "counting", words -> words.contain("bare-metal up") && words.contain("counter 3"));
  }

  private void paste(String line) {
    RealWindow.onFx(
        () -> {
          ClipboardContent content = new ClipboardContent();
          content.putString(line);
          return Clipboard.getSystemClipboard().setContent(content);
        });
    window.clickOn("#paste-line");
    window.stroke(KeyCode.CONTROL, KeyCode.V);
  }

  private List<String> reasons() {
    return window.lookup("#paste-problems .reason").queryAll().stream()
        .map(RealWindow::words)
        .toList();
  }

  private Node reason(String start) {
    return window
        .lookup("#paste-problems .reason")
        .match(node -> RealWindow.words(node).startsWith(start))
        .query();
  }

  /** Words in the editor with a line below them. */
  private List<String> underlined() {
    return window.lookup("#paste-line .refused").queryAllAs(TextExt.class).stream()
        .filter(text -> text.getUnderlineColor() != null)
        .map(TextExt::getText)
        .toList();
  }
}

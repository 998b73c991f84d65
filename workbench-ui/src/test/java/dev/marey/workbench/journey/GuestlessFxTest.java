package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A session whose kernel is missing is opened to be looked at, and with its guest when the kernel
 * is back.
 *
 * <p>Sabotage that fails it: an error instead of the session; a revert that is offered although
 * nothing can run; Try again that opens without looking whether the kernel is back.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class GuestlessFxTest extends WindowJourney {

  private Path kernel = Path.of("");

  @Override
  RealWindow begin() throws Exception {
    kernel = Files.copy(TestGuests.bareMetal(), home.resolve("kernel"));
    List<String> words = new ArrayList<>(List.of("run", home.resolve("mine").toString(), "--"));
    words.addAll(TestGuests.bareMetalCommandLine(64));
    words.replaceAll(
        word -> word.equals(TestGuests.bareMetal().toString()) ? kernel.toString() : word);
    return RealWindow.open(home, words.toArray(String[]::new));
  }

  @Test
  void itsNodesAreReadUntilTheKernelIsBack() throws Exception {
    window.awaitConsole("counting", said -> said.contain("counter 2"));
    snapshot("S1");
    window.awaitConsole("counting on", said -> said.contain("counter 4"));
    snapshot("S2");
    window.close();
    Files.delete(kernel);

    window = RealWindow.open(home, "open", home.resolve("mine").toString());
    window.awaitSeen("#guestless-notice");
    assertThat(window.text("#instant")).startsWith("PAST S");
    assertThat(window.text("#status-state")).isEqualTo("no guest");
    assertThat(window.disabled("#toolbar #guest-run")).isTrue();
    assertThat(window.seen("#toolbar #time-revert")).isFalse();
    window.clickOn("#node-S2");
    window.awaitConsole("as it was", said -> said.contain("counter 4"));
    window.clickOn("#tab-page-diff");
    window.awaitTrue("changed pages", () -> window.changedPages() > 0);
    window.rightClickOn("#node-S1");
    window.awaitSeen("Pin as A, then choose B");
    assertThat(window.seen("Revert here")).isFalse();
    window.stroke(KeyCode.ESCAPE);

    window.clickOn("#guestless-again");
    window.awaitSeen("#guestless-notice");
    Path unused = Files.copy(TestGuests.bareMetal(), kernel);
    window.clickOn("#guestless-again");
    window.awaitGone("#guestless-notice");
    window.awaitTrue("live", () -> window.text("#instant").equals("LIVE"));
    window.awaitConsole("counting", said -> said.contain("counter 6"));
  }

  private void snapshot(String node) {
    window.shortcut(KeyCode.S);
    window.awaitTrue(
        node, () -> window.seen("#node-" + node) && !window.has("#node-" + node, "saving"));
  }
}

package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The one-minute tour without a mouse, from the start page to quitting.
 *
 * <p>Sabotage that fails it: what fails {@link TourFxTest}; a window key that goes to the guest
 * while the console has the focus; a view that does not take the focus when its key is pressed; an
 * undo that does nothing.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class KeyboardTourFxTest extends WindowJourney {

  @Override
  RealWindow begin() {
    return RealWindow.openStartPage(home);
  }

  @Test
  void theWholeTourIsDoneByKeyboard() {
    Tour tour = new Tour(window);
    window.awaitSeen("#delete-from-before");
    window.tabTo("#start-demo");
    window.stroke(KeyCode.ENTER);
    window.awaitConsole("prompt", words -> words.contain("demo#"));
    window.typeLine("count 200 &");
    window.awaitConsole("counting", words -> words.count() >= 2);
    window.shortcut(KeyCode.S);
    window.awaitSeen("#node-S1");
    window.typeLine("scribble");
    GuestWords scribbled = window.awaitConsole("scribble", words -> !words.scribbles().isEmpty());
    GuestWords.Scribble scribble = scribbled.scribbles().get(0);
    window.shortcut(KeyCode.S);
    window.awaitSeen("#node-S2");

    window.stroke(KeyCode.CONTROL, KeyCode.F12);
    window.stroke(KeyCode.END);
    window.awaitTrue("S2 selected", () -> window.has("#node-S2", "selected"));
    window.shortcut(KeyCode.E);
    tour.awaitRowOf(scribble.address());
    window.stroke(KeyCode.CONTROL, KeyCode.F);
    window.typeText(scribble.bytes());
    window.stroke(KeyCode.TAB);
    window.stroke(KeyCode.SPACE);
    window.stroke(KeyCode.DOWN);
    window.stroke(KeyCode.ENTER);
    window.stroke(KeyCode.SHIFT, KeyCode.TAB);
    String place = "in B at 0x" + Long.toHexString(scribble.address());
    for (int finds = 0; !window.text("#search-message").endsWith(place); finds++) {
      assertThat(finds)
          .as("places looked at, the last " + window.text("#search-message"))
          .isLessThan(20);
      String before = window.text("#search-message");
      window.stroke(KeyCode.ENTER);
      window.awaitTrue(
          "another place with the bytes",
          () ->
              window.text("#search-message").contains(" in ")
                  && !window.text("#search-message").equals(before));
    }
    tour.awaitBytes(scribble);

    window.shortcut(KeyCode.T);
    window.stroke(KeyCode.HOME);
    window.awaitTrue("S1 selected", () -> window.has("#node-S1", "selected"));
    window.stroke(KeyCode.ENTER);
    assertThat(tour.awaitCountingOnFrom("S1").count()).isBetween(1, scribbled.count());
    int reverted = window.console().count();
    window.awaitConsole("running on", words -> words.count() > reverted + 2);
    window.shortcut(KeyCode.S);
    window.awaitSeen("#node-S4");
    assertThat(tour.heightOf("S4")).isGreaterThan(tour.heightOf("S1") + 20);

    window.shortcut(KeyCode.T);
    window.stroke(KeyCode.CONTROL, KeyCode.Z);
    assertThat(tour.awaitCountingOnFrom("S3").scribbles()).containsExactly(scribble);
    window.stroke(KeyCode.CONTROL, KeyCode.Q);
    window.awaitClosed();
  }
}

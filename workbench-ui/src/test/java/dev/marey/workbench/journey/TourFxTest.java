package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The one-minute tour of the demo guest's greeting, with the mouse.
 *
 * <p>Sabotage that fails it: a revert that does nothing (no line <i>reverted to S1</i>), or none of
 * RAM (the counter jumps); a diff or hex view off by a page or a byte (other bytes at the address
 * that {@code scribble} printed); a new branch drawn in the old lane (S4 is level with S1).
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class TourFxTest extends WindowJourney {

  @Test
  void theOneMinuteTourShowsWhatTheGuestWrote() {
    Tour tour = new Tour(window);
    window.awaitConsole("prompt", words -> words.contain("demo#"));
    window.clickOn("#console");
    window.typeLine("count 200 &");
    window.awaitConsole("counting", words -> words.count() >= 2);

    window.clickOn("#guest-snapshot");
    window.awaitSeen("#node-S1");

    window.clickOn("#console");
    window.typeLine("scribble");
    GuestWords scribbled = window.awaitConsole("scribble", words -> !words.scribbles().isEmpty());
    GuestWords.Scribble scribble = scribbled.scribbles().get(0);

    window.clickOn("#guest-snapshot");
    window.awaitSeen("#node-S2");

    window.clickOn("#node-S2");
    window.clickOn("Page diff");
    tour.openRowOf(scribble.address());
    window.clickOn("#hex-b");
    window.stroke(KeyCode.CONTROL, KeyCode.G);
    window.typeLine(Long.toHexString(scribble.address()));
    tour.awaitBytes(scribble);

    window.doubleClick("#node-S1");
    assertThat(tour.awaitCountingOnFrom("S1").count()).isBetween(1, scribbled.count());
    assertThat(window.console().scribbles()).isEmpty();

    int reverted = window.console().count();
    window.awaitConsole("running on", words -> words.count() > reverted + 2);
    window.clickOn("#guest-snapshot");
    window.awaitSeen("#node-S4");
    double level = tour.heightOf("S1");
    assertThat(tour.heightOf("S2")).isEqualTo(level);
    assertThat(tour.heightOf("S3")).isEqualTo(level);
    assertThat(tour.heightOf("S4")).isGreaterThan(level + 20);
  }
}

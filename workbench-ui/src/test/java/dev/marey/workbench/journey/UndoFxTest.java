package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Undoing a revert brings the present and its counter back.
 *
 * <p>Sabotage that fails it: an undo that does nothing (no line <i>reverted to S2</i> comes); an
 * undo or a revert that leaves RAM as it was (the counter jumps); keeping the present without its
 * pages (the same).
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class UndoFxTest extends WindowJourney {

  @Test
  void ctrlZBringsThePresentAndItsCounterBack() {
    Tour tour = new Tour(window);
    window.awaitConsole("prompt", words -> words.contain("demo#"));
    window.clickOn("#console");
    window.typeLine("count 200 &");
    window.awaitConsole("counting", words -> words.count() >= 2);
    window.clickOn("#guest-snapshot");
    window.awaitSeen("#node-S1");
    int early = window.console().count();
    int present = window.awaitConsole("more", words -> words.count() > early + 20).count();

    window.doubleClick("#node-S1");
    assertThat(tour.awaitCountingOnFrom("S1").count()).isBetween(1, early);

    window.stroke(KeyCode.CONTROL, KeyCode.Z);
    assertThat(tour.awaitCountingOnFrom("S2").count()).isGreaterThanOrEqualTo(present);
  }
}

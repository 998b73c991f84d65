package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.util.concurrent.TimeUnit;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The window closed while a node is being saved; the session reopened from the start page.
 *
 * <p>Sabotage that fails it: closing that gives up what is being saved (S1 is not on the timeline
 * any more, or damaged on disk) or does not keep the present (there is no S2); opening that does
 * not load RAM (the guest stands still, {@code dirty} finds damage).
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class ReopenFxTest extends WindowJourney {

  @Test
  void aNodeBeingSavedWhenTheWindowClosesIsThereAfterReopening() throws SnapshotException {
    window.awaitConsole("prompt", words -> words.contain("demo#"));
    window.clickOn("#console");
    window.typeLine("count 200 &");
    window.typeLine("dirty 8 8 &");
    window.awaitConsole("counting", words -> words.count() >= 2 && words.sweep() >= 2);

    window.shortcut(KeyCode.S);
    window.awaitTrue(
        "S1 being saved",
        () -> {
          boolean saving = window.has("#node-S1", "saving");
          if (saving) {
            window.askToClose();
            assertThat(window.seen("#closing")).as("what takes so long is said").isTrue();
          }
          return saving;
        });
    int stopped = window.console().count();
    window.awaitClosed();

    window = RealWindow.open(home);
    Tour tour = new Tour(window);
    window.awaitSeen("#resume-demo-1");
    window.clickOn("#resume-demo-1");
    GuestWords resumed = window.awaitConsole("counting on", words -> words.count() > stopped + 5);
    tour.assertNothingLostOrTwice(resumed);
    assertThat(window.has("#node-S1", "saving")).isFalse();

    window.awaitSeen("#node-S2");
    window.clickOn("#node-S2");
    window.awaitConsole(
        "the present as it was kept",
        words -> window.seen("#console-past-badge") && words.count() >= stopped);

    window.doubleClick("#node-S1");
    assertThat(tour.awaitCountingOnFrom("S1").count()).isBetween(1, stopped);
    GuestWords checked =
        window.awaitConsole(
            "all of dirty's memory checked",
            words ->
                words.after("reverted to S1").sweep() > words.before("reverted to S1").sweep() + 2);
    assertThat(checked.damage()).isZero();

    window.close();
    try (Session session = Session.open(home.resolve(".local/share/marey/sessions/demo-1"))) {
      assertThat(session.resolve("S1").state()).isEqualTo(NodeState.COMPLETE);
      assertThat(session.verify()).isEmpty();
    }
  }
}

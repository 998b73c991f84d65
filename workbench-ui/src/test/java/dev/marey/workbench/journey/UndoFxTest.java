package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Undoing a revert brings the present and its counter back.
 *
 * <p>Sabotage that fails it: an undo that does nothing (no line <i>reverted to S2</i> comes); an
 * undo or a revert that leaves RAM as it was (the counter jumps); keeping the present without its
 * pages (the same).
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class UndoFxTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path home;

  @SuppressWarnings("NullAway.Init")
  private RealWindow window;

  @BeforeEach
  void open() {
    window = RealWindow.open(home);
  }

  @AfterEach
  void close() {
    window.close();
  }

  @Test
  void ctrlZBringsThePresentAndItsCounterBack() {
    window.awaitConsole("prompt", words -> words.contain("demo#"));
    window.clickOn("#console");
    window.typeLine("count 200 &");
    window.awaitConsole("counting", words -> words.count() >= 2);
    window.clickOn("#guest-snapshot");
    window.awaitSeen("#node-S1");
    int early = window.console().count();
    int present = window.awaitConsole("more", words -> words.count() > early + 20).count();

    window.doubleClick("#node-S1");
    GuestWords wentBack =
        window.awaitConsole(
            "counting on from S1",
            words ->
                words.contain("reverted to S1")
                    && !words.after("reverted to S1").counts().isEmpty());
    assertThat(wentBack.before("reverted to S1").count()).isBetween(1, early);
    assertContiguous(wentBack);

    window.push(KeyCode.CONTROL, KeyCode.Z);
    GuestWords cameBack =
        window.awaitConsole(
            "counting on from the present",
            words ->
                words.contain("reverted to S2")
                    && !words.after("reverted to S2").counts().isEmpty());
    assertThat(cameBack.before("reverted to S2").count()).isGreaterThanOrEqualTo(present);
    assertContiguous(cameBack);
  }

  /** Each number is followed by the next one: nothing lost, nothing twice. */
  private static void assertContiguous(GuestWords words) {
    List<Integer> counts = words.counts();
    assertThat(counts).isEqualTo(IntStream.rangeClosed(1, counts.size()).boxed().toList());
  }
}

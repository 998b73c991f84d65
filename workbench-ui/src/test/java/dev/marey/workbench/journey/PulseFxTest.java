package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The window never stands still for a second while a guest with 400 busy megabytes is captured,
 * compared and reverted.
 *
 * <p>Sabotage that fails it: comparing, taking nodes or reverting on the JavaFX thread; a row or a
 * scene-graph node for each of 100,000 changed pages.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class PulseFxTest extends WindowJourney {

  private static final int MEGABYTES = 400;
  private static final int PAGES = MEGABYTES * 256;

  @Override
  RealWindow begin() {
    List<String> guest = TestGuests.demoCommandLine(640);
    return RealWindow.open(
        home, Stream.concat(Stream.of("run", "--"), guest.stream()).toArray(String[]::new));
  }

  @Test
  void thePulseGoesOnDuringCaptureDiffOfAHundredThousandPagesAndRevert() {
    Tour tour = new Tour(window);
    window.awaitConsole("prompt", words -> words.contain("demo#"));
    window.clickOn("#console");
    window.typeLine("count 200 &");
    window.awaitConsole("counting", words -> words.count() >= 2);
    Pulse pulse = RealWindow.onFx(Pulse::new);
    RealWindow.onFx(
        () -> {
          pulse.start();
          return pulse;
        });

    window.shortcut(KeyCode.S);
    window.awaitSeen("#node-S1");
    window.typeLine("dirty " + MEGABYTES + " 0 &");
    window.awaitConsole("all of it written", words -> words.written() >= MEGABYTES);
    window.shortcut(KeyCode.S);
    window.awaitSeen("#node-S2");
    window.awaitTrue("S2 saved", () -> !window.has("#node-S2", "saving"));

    window.clickOn("#node-S2");
    window.shortcut(KeyCode.E);
    window.awaitTrue("the diff", () -> window.changedPages() >= PAGES);
    window.stroke(KeyCode.END);
    window.stroke(KeyCode.HOME);

    window.doubleClick("#node-S1");
    tour.awaitCountingOnFrom("S1");
    window.stroke(KeyCode.CONTROL, KeyCode.Z);
    tour.awaitCountingOnFrom("S3");

    assertThat(RealWindow.onFx(pulse::beats)).isGreaterThan(50);
    assertThat(RealWindow.onFx(pulse::longest)).isLessThan(Duration.ofSeconds(1));
  }
}

package dev.marey.workbench.shell;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Timeline;
import dev.marey.workbench.command.Command;
import dev.marey.workbench.command.Commands;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import dev.marey.workbench.timeline.TimelineViewModel;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What keys do to the session, by the commands they are bound to. */
final class WindowCommandsTest {

  private final FakeSession fake = new FakeSession();
  private final ShownViewModel shown = new ShownViewModel();
  private final SessionViewModel session =
      new SessionViewModel(
          fake,
          new CurrentThreadTaskService(),
          new ProblemsViewModel(Clock.systemUTC()),
          shown,
          Runnable::run);
  private final Commands commands = new Commands();

  @BeforeEach
  void add() {
    WindowCommands.addTo(
        commands, noShell(), session, shown, new TimelineViewModel(shown, session), List.of());
    fake.timeline(Timeline.of(List.of(node(1, 0, 0, 1))));
  }

  private void press(KeyCode code, boolean shift, boolean control, boolean alt) {
    KeyEvent event = new KeyEvent(KeyEvent.KEY_PRESSED, "", "", code, shift, control, alt, false);
    Optional<Command> command = commands.forKey(event);
    assertThat(command).isPresent();
    command.get().run();
  }

  @Test
  void altLeftAndRightWalkTheVisitedInstantsWhileThereAreAny() {
    fake.live(FakeSession.ended(Optional.empty()));
    session.sample();
    press(KeyCode.LEFT, false, false, true);
    press(KeyCode.RIGHT, false, false, true);
    assertThat(fake.calls).isEmpty();
    fake.live(FakeSession.running(Duration.ofSeconds(1), Optional.empty(), true));
    session.sample();
    press(KeyCode.LEFT, false, false, true);
    assertThat(fake.calls).containsExactly("back");
    press(KeyCode.RIGHT, false, false, true);
    assertThat(fake.calls).containsExactly("back");
  }

  @Test
  void ctrlShiftJGoesBackToTheShownNodeAndCtrlShiftVIsLeftToTheConsole() {
    press(KeyCode.J, true, true, false);
    assertThat(fake.calls).isEmpty();
    shown.select(id(1));
    press(KeyCode.J, true, true, false);
    assertThat(fake.calls).containsExactly("revert S1");
    for (KeyCode code : List.of(KeyCode.C, KeyCode.V)) {
      KeyEvent event = new KeyEvent(KeyEvent.KEY_PRESSED, "", "", code, true, true, false, false);
      assertThat(commands.forKey(event)).isEmpty();
    }
  }

  /** Nothing of the window is asked for here. */
  private static ShellActions noShell() {
    return (ShellActions)
        Proxy.newProxyInstance(
            ShellActions.class.getClassLoader(),
            new Class<?>[] {ShellActions.class},
            (proxy, method, arguments) -> {
              throw new AssertionError(method.getName());
            });
  }
}

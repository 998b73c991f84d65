package dev.marey.workbench.console;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marey.snapshot.Timeline;
import dev.marey.workbench.session.RevertDone;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.FxThread;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import dev.marey.workbench.theme.Theme;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javafx.scene.Scene;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;
import org.testfx.util.WaitForAsyncUtils;

@ExtendWith(ApplicationExtension.class)
@Timeout(60)
final class ConsoleFxTest {

  private final FakeSession session = new FakeSession();
  private final ShownViewModel shown = new ShownViewModel();

  @SuppressWarnings("NullAway.Init") // set by show
  private ConsoleView view;

  @Start
  void show(Stage stage) {
    session.liveTranscript("booted\r\n# \u001b[6n");
    session.transcripts.put(id(1), "as it was at one");
    shown.update(Timeline.of(List.of(node(1, 0, 0, 2))));
    session.timeline(shown.timelineProperty().get());
    view =
        new ConsoleView(
            new ConsoleViewModel(session, shown, new CurrentThreadTaskService(), new FxThread()),
            Theme.DARK,
            12);
    stage.setScene(new Scene(view, 700, 300));
    stage.show();
  }

  @AfterEach
  void endTerminals(FxRobot robot) {
    robot.interact(view::close);
  }

  private void waitFor(ConsoleTerminal terminal, String text) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> String.join("\n", terminal.lines()).contains(text));
  }

  @Test
  void outputIsShownAndKeysGoToTheGuestButNoAnswersToOldQuestions(FxRobot robot) {
    waitFor(view.liveTerminal(), "booted");
    session.print("hello from the guest");
    waitFor(view.liveTerminal(), "hello from the guest");
    robot.clickOn("#console").write("ls").type(KeyCode.ENTER).type(KeyCode.TAB);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(session.typed.toString(UTF_8)).isEqualTo("ls\r\t"));
    assertThat(robot.lookup("#console-keys-badge").query().isVisible()).isTrue();
  }

  @Test
  void aPastNodesConsoleIsReadOnly(FxRobot robot) {
    waitFor(view.liveTerminal(), "booted");
    robot.interact(() -> shown.select(id(1)));
    waitFor(view.pastTerminal(), "as it was at one");
    robot.clickOn("#console").write("x");
    WaitForAsyncUtils.waitForFxEvents();
    assertThat(session.typed.size()).isZero();
  }

  @Test
  void aRevertRebuildsTheTerminalAndSaysSo() {
    waitFor(view.liveTerminal(), "booted");
    session.liveTranscript("as it was at one");
    session.fireReverted(new RevertDone(id(1), Optional.empty(), Duration.ZERO));
    waitFor(view.liveTerminal(), "reverted to S1");
    assertThat(String.join("\n", view.liveTerminal().lines()))
        .contains("as it was at one")
        .doesNotContain("booted");
  }
}

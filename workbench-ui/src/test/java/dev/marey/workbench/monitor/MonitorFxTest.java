package dev.marey.workbench.monitor;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.console.MonitorAnswer;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.FxThread;
import dev.marey.workbench.tasks.ThreadedTaskService;
import dev.marey.workbench.testing.FakeSession;
import dev.marey.workbench.theme.Theme;
import java.time.Clock;
import java.util.List;
import javafx.scene.Scene;
import javafx.scene.control.Labeled;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.stage.Stage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;

/** The monitor's view with keys and clicks, its work on threads of its own. */
@ExtendWith(ApplicationExtension.class)
@Timeout(60)
final class MonitorFxTest {

  private final FakeSession fake = new FakeSession();
  private final ShownViewModel shown = new ShownViewModel();
  private final ThreadedTaskService tasks =
      new ThreadedTaskService(new FxThread(), (title, failure) -> {});

  @Start
  void show(Stage stage) {
    SessionViewModel session =
        new SessionViewModel(
            fake, tasks, new ProblemsViewModel(Clock.systemUTC()), shown, new FxThread());
    Scene scene = new Scene(new MonitorView(new MonitorViewModel(session, shown, tasks)), 700, 300);
    Theme.DARK.applyToProgram();
    Theme.DARK.applyTo(scene, 12);
    stage.setScene(scene);
    stage.show();
  }

  private static String output(FxRobot robot) {
    return robot.lookup("#monitor-output").queryAs(TextInputControl.class).getText();
  }

  private static String line(FxRobot robot) {
    return robot.lookup("#monitor-line").queryAs(TextInputControl.class).getText();
  }

  private static void await(FxRobot robot, String text) {
    Awaitility.await(text).until(() -> output(robot).equals(text));
  }

  @Test
  void aClickAnywhereInTheEmptyViewIsForTheLine(FxRobot robot) {
    robot.clickOn("#monitor-header").moveBy(0, 40).clickOn(MouseButton.PRIMARY);
    assertThat(robot.lookup("#monitor-line").query().isFocused()).isTrue();
  }

  @Test
  void linesAreAnsweredAndComeBackWithUp(FxRobot robot) {
    fake.monitorAnswer = new MonitorAnswer.Output("VM status: running\n");
    robot.clickOn("#monitor-example");
    await(robot, "(qemu) info status\nVM status: running\n");
    assertThat(
            robot
                .lookup("#monitor-example")
                .tryQuery()
                .filter(n -> n.isVisible() && n.getParent().isVisible()))
        .isEmpty();
    fake.monitorAnswer = new MonitorAnswer.Output("17\n");
    robot.clickOn("#monitor-line").write("p 17").type(KeyCode.ENTER);
    await(robot, "(qemu) info status\nVM status: running\n(qemu) p 17\n17\n");
    assertThat(line(robot)).isEmpty();
    robot.type(KeyCode.UP, KeyCode.UP);
    assertThat(line(robot)).isEqualTo("info status");
    robot.type(KeyCode.DOWN);
    assertThat(line(robot)).isEqualTo("p 17");
    robot.interact(
        () -> {
          fake.timeline(Timeline.of(List.of(node(1, 0, 0, 1))));
          shown.select(id(1));
        });
    assertThat(robot.lookup("#monitor-header").queryAs(Labeled.class).getText())
        .isEqualTo("Acts on the live guest, not on S1");
    assertThat(fake.calls).containsExactly("monitor info status", "monitor p 17");
    tasks.close();
  }
}

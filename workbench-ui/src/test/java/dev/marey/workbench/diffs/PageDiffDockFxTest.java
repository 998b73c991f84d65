package dev.marey.workbench.diffs;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marey.diff.FakeRam;
import dev.marey.diff.RamDiff;
import dev.marey.diff.view.BackgroundWork;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.command.Command;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.theme.Theme;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javafx.scene.Scene;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.robot.Robot;
import javafx.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;
import org.testfx.util.WaitForAsyncUtils;

@ExtendWith(ApplicationExtension.class)
@Timeout(60)
final class PageDiffDockFxTest {

  private final ShownViewModel shown = new ShownViewModel();
  private final List<Long> opened = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // set by show
  private PageDiffDock dock;

  @Start
  void show(Stage stage) {
    FakeRam b = new FakeRam(64).write(3, 0x10, 1).write(9, 0, 5).write(10, 0x20, 5);
    DiffViewModel<RamDiff> model =
        new DiffViewModel<>(
            "the pages",
            (from, to, progress) -> RamDiff.of(new FakeRam(64).and(b)),
            RamDiff::swapped,
            shown,
            new CurrentThreadTaskService());
    dock =
        new PageDiffDock(
            model,
            BackgroundWork.sameThread(),
            Command.of("guest.snapshot", "Snapshot", "codicon-device-camera", () -> {}),
            now -> {},
            address -> opened.add(address.value()));
    Scene scene = new Scene(dock, 900, 600);
    Theme.DARK.applyToProgram();
    Theme.DARK.applyTo(scene, 12);
    stage.setScene(scene);
    stage.show();
    shown.update(Timeline.of(List.of(node(1, 0, 0, 1), node(2, 1, 0, 2))));
  }

  /** As fast as a hand clicks, however busy the machine is. */
  private static void doubleClick(FxRobot robot) {
    robot.interact(
        () -> {
          Robot hand = new Robot();
          hand.mouseClick(MouseButton.PRIMARY);
          hand.mouseClick(MouseButton.PRIMARY);
        });
    WaitForAsyncUtils.waitForFxEvents();
  }

  @Test
  void aRowOpensInTheMemoryViewAtTheByteThatIsLookedAtIfThatIsInIt(FxRobot robot) {
    robot.interact(() -> shown.select(id(2)));
    await().until(() -> robot.lookup("0x9000").tryQuery().isPresent());
    robot.moveTo("0x9000");
    doubleClick(robot);
    await().untilAsserted(() -> assertThat(opened).containsExactly(0x9000L));
    robot.interact(() -> dock.view().hex().a().goTo(0xa020));
    robot.interact(() -> dock.view().list().table().requestFocus());
    robot.type(KeyCode.ENTER);
    assertThat(opened).containsExactly(0x9000L, 0xa020L);
    robot.interact(() -> dock.view().hex().a().goTo(0x3010));
    robot.type(KeyCode.ENTER);
    assertThat(opened).containsExactly(0x9000L, 0xa020L, 0x9000L);
  }
}

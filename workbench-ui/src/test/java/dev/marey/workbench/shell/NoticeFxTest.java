package dev.marey.workbench.shell;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.NodeExport;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.command.Command;
import dev.marey.workbench.problems.ProblemsViewModel;
import dev.marey.workbench.progress.ProgressView;
import dev.marey.workbench.session.SessionViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.BackgroundTask;
import dev.marey.workbench.tasks.FxThread;
import dev.marey.workbench.tasks.ThreadedTaskService;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import dev.marey.workbench.theme.Theme;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.input.Clipboard;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;

/** The lines in the toolbar, and the list of tasks as ControlsFX shows it. */
@ExtendWith(ApplicationExtension.class)
@Timeout(60)
final class NoticeFxTest {

  private final FakeSession session = new FakeSession();
  private final SessionViewModel model =
      new SessionViewModel(
          session,
          new CurrentThreadTaskService(),
          new ProblemsViewModel(Clock.systemUTC()),
          new ShownViewModel(),
          Runnable::run);
  private final ThreadedTaskService tasks =
      new ThreadedTaskService(new FxThread(), (title, failure) -> {});

  @Start
  void show(Stage stage) {
    Command revive = Command.of("guest.revive", "Go back", "", model::revive);
    Command close = Command.of("file.close", "Close session", "", () -> {});
    VBox box =
        new VBox(
            new Notices(
                List.of(
                    new EndedNotice(model, revive, close),
                    new RevertNotice(model),
                    new ExportNotice(model))),
            new ProgressView(tasks));
    Scene scene = new Scene(box, 800, 400);
    Theme.DARK.applyToProgram();
    Theme.DARK.applyTo(scene, 12);
    stage.setScene(scene);
    stage.show();
  }

  private static void awaitShown(FxRobot robot, String query) {
    Awaitility.await().until(() -> robot.lookup(query).tryQuery().isPresent());
  }

  @Test
  void aRevertIsToldAndUndone(FxRobot robot) {
    Region line = robot.lookup("#revert-notice").queryAs(Region.class);
    assertThat(line.isVisible()).isFalse();
    robot.interact(
        () -> {
          session.timeline(Timeline.of(List.of(node(1, 0, 0, 1))));
          session.live(FakeSession.running(Duration.ofSeconds(1), Optional.of(id(1)), true));
          model.revert(id(1), false);
        });
    assertThat(line.isVisible()).isTrue();
    assertThat(
            robot
                .lookup(
                    "Reverted to S1. Network connections the guest had open are gone after"
                        + " a revert.")
                .tryQuery())
        .isPresent();
    robot.clickOn("#revert-undo");
    assertThat(session.calls).containsExactly("revert S1", "undo");
    robot.clickOn("#revert-notice-close");
    assertThat(line.isVisible()).isFalse();
    assertThat(model.lastRevertProperty().get()).isEmpty();
  }

  @Test
  void anExportSaysWhereItIsAndGivesTheLineThatLoadsIt(FxRobot robot) {
    Path file = Path.of("/tmp/S1.stream");
    robot.interact(() -> model.export(id(1), NodeExport.Form.STREAM, file));
    assertThat(robot.lookup("Exported to /tmp/S1.stream.").tryQuery()).isPresent();
    robot.clickOn("Copy the line that loads it");
    assertThat(clipboard(robot)).isEqualTo("qemu -incoming /tmp/S1.stream");
    robot.interact(() -> model.export(id(1), NodeExport.Form.ELF, Path.of("/tmp/S1.elf")));
    robot.clickOn("Copy the path");
    assertThat(clipboard(robot)).isEqualTo("/tmp/S1.elf");
    assertThat(ExportNotice.words(new NodeExport.Exported(List.of(file, file, file), "")))
        .isEqualTo("Exported to /tmp/S1.stream and 2 disks beside it.");
  }

  private static String clipboard(FxRobot robot) {
    AtomicReference<String> text = new AtomicReference<>("");
    robot.interact(() -> text.set(Clipboard.getSystemClipboard().getString()));
    return String.valueOf(text.get());
  }

  @Test
  void whatCannotBeUndoneAnyMoreIsNotOffered(FxRobot robot) {
    Region line = robot.lookup("#revert-notice").queryAs(Region.class);
    robot.interact(
        () -> {
          session.timeline(Timeline.of(List.of(node(1, 0, 0, 1))));
          session.live(FakeSession.running(Duration.ofSeconds(1), Optional.of(id(1)), true));
          model.revert(id(1), false);
        });
    assertThat(line.isVisible()).isTrue();
    robot.interact(
        () -> {
          session.live(FakeSession.paused());
          model.sample(); // may be the short pause of a snapshot
          model.sample();
        });
    assertThat(line.isVisible()).isFalse();
  }

  @Test
  void whenQemuHasEndedTheBarGoesBackToTheLastNode(FxRobot robot) {
    robot.interact(
        () -> {
          session.timeline(Timeline.of(List.of(node(3, 0, 0, 1))));
          session.live(FakeSession.ended(Optional.of(id(3))));
          model.sample();
        });
    awaitShown(robot, "#ended-revive");
    robot.interact(() -> model.export(id(3), NodeExport.Form.ELF, Path.of("/tmp/S3.elf")));
    assertThat(robot.lookup("Exported to /tmp/S3.elf.").tryQuery()).isPresent();
    session.calls.clear();
    robot.clickOn("Go back to S3 and run on");
    assertThat(session.calls).containsExactly("revert S3 inverted");
    robot.interact(
        () -> {
          session.live(FakeSession.running(Duration.ofSeconds(1), Optional.of(id(3)), true));
          model.sample();
        });
    assertThat(robot.lookup("#ended-notice").queryAs(Region.class).isVisible()).isFalse();
  }

  @Test
  void onlyWhatCanBeCancelledOffersIt(FxRobot robot) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    robot.interact(
        () -> {
          tasks.start(
              BackgroundTask.of(
                      "taking a snapshot",
                      progress -> {
                        end.await();
                        return true;
                      })
                  .uncancellable());
          tasks.start(
              BackgroundTask.of(
                      "searching",
                      progress -> {
                        end.await();
                        return true;
                      })
                  .onFinished(cancelled::countDown));
        });
    Awaitility.await()
        .until(
            () ->
                robot.lookup(".task-cancel-button").queryAll().stream()
                        .filter(button -> !button.isDisabled())
                        .count()
                    == 1);
    assertThat(robot.lookup("taking a snapshot").tryQuery()).isPresent();
    robot.clickOn(
        robot.lookup(".task-cancel-button").<Button>queryAll().stream()
            .filter(button -> !button.isDisabled())
            .findFirst()
            .orElseThrow());
    cancelled.await();
    Awaitility.await().until(() -> tasks.running().size() == 1);
    end.countDown();
    Awaitility.await().until(() -> tasks.running().isEmpty());
    tasks.close();
  }
}

package dev.marey.workbench.shell;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marey.snapshot.Timeline;
import dev.marey.workbench.settings.Folders;
import dev.marey.workbench.settings.Settings;
import dev.marey.workbench.testing.FakeSession;
import dev.marey.workbench.testing.OneSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;

/** The whole window at 1280×800 with the layout it has at first. */
@ExtendWith(ApplicationExtension.class)
@Timeout(120)
final class StandardLayoutFxTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path home;

  private final FakeSession session = new FakeSession();

  @SuppressWarnings("NullAway.Init") // set by show
  private Stage window;

  @SuppressWarnings("NullAway.Init") // set by show
  private MainWindow main;

  @Start
  void show(Stage stage) {
    window = stage;
    Folders folders = Folders.of(Map.of(), home);
    Settings settings = new Settings(folders);
    settings.windowSize(1280, 800);
    session.timeline(
        Timeline.of(
            List.of(
                node(1, 0, 0, 2),
                node(2, 1, 0, 8),
                node(3, 2, 0, 300),
                node(4, 1, 1, 12),
                node(5, 1, 2, 12),
                node(6, 1, 3, 12))));
    session.live(FakeSession.running(Duration.ofSeconds(16), Optional.of(id(6)), true));
    main = new MainWindow(stage, folders, settings, new OneSession(session));
    main.show();
    stage.setWidth(1280);
    stage.setHeight(800);
    main.start().demo();
  }

  @AfterEach
  void close(FxRobot robot) {
    robot.interact(main::quit);
    await().atMost(Duration.ofSeconds(20)).until(() -> !window.isShowing());
  }

  private void awaitTimeline(FxRobot robot) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> robot.lookup("#node-S4").tryQuery().isPresent());
    robot.interact(() -> {});
    robot.interact(() -> {});
  }

  private static Bounds bounds(FxRobot robot, String query) {
    Node node = robot.lookup(query).query();
    return node.localToScene(node.getBoundsInLocal());
  }

  @Test
  void theTimelineShowsFourLanesThePresentAndTheStripAtOnce(FxRobot robot) {
    awaitTimeline(robot);
    assertThat(bounds(robot, "#timeline").getMaxX()).isEqualTo(1280);
    assertThat(robot.lookup("#timeline-lanes").query().isVisible()).isFalse();
    assertThat(bounds(robot, "#live-mark").getMinX()).isBetween(0.0, 1280.0);
    double strip = bounds(robot, "#timeline .strip-rule").getMinY();
    for (int i = 4; i <= 6; i++) {
      assertThat(robot.lookup("#node-S" + i).query().isVisible()).as("S%d", i).isTrue();
      double below = i == 6 ? strip : bounds(robot, "#node-S" + (i + 1) + " .sign").getMinY();
      assertThat(bounds(robot, "#node-S" + i).getMaxY()).as("S%d", i).isLessThanOrEqualTo(below);
    }
  }
}

package dev.marey.workbench.shell;

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
import java.util.concurrent.Callable;
import javafx.application.Platform;
import javafx.scene.control.TextField;
import javafx.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;

/**
 * Closing a session while a node is being exported.
 *
 * <p>Sabotage that fails it: closing without a word; a No that closes; an export that outlives its
 * session.
 */
@ExtendWith(ApplicationExtension.class)
@Timeout(120)
final class CloseDuringExportFxTest {

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
    session.timeline(Timeline.of(List.of(node(1, 0, 0, 2))));
    main = new MainWindow(stage, folders, new Settings(folders), new OneSession(session));
    main.show();
    main.start().demo();
  }

  @Test
  void itIsAskedFirstAndTheExportEndsWithTheSession(FxRobot robot) {
    until("the session", () -> robot.lookup("#node-S1").tryQuery().isPresent());
    session.exportsLast = true;
    robot.rightClickOn("#node-S1");
    robot.clickOn("Export…");
    TextField file = robot.lookup("#export-file").queryAs(TextField.class);
    robot.interact(() -> file.setText(home.resolve("file").toString()));
    robot.clickOn("#export-begin");
    until("the export", () -> session.calls.stream().anyMatch(call -> call.startsWith("export")));

    Platform.runLater(main::quit);
    String question =
        "Still exporting S1 to "
            + home.resolve("file")
            + ". Close the session all the same? What was written so far of it is removed.";
    until("the question", () -> robot.lookup(question).tryQuery().isPresent());
    robot.clickOn("No");
    until("no question", () -> robot.lookup("No").tryQuery().isEmpty());
    assertThat(session.calls).doesNotContain("export cancelled", "keepPresent");
    assertThat(window.isShowing()).isTrue();

    Platform.runLater(main::quit);
    until("the question", () -> robot.lookup("Yes").tryQuery().isPresent());
    robot.clickOn("Yes");
    until("the end", () -> !window.isShowing());
    assertThat(session.calls).contains("export cancelled", "keepPresent", "abandon");
  }

  private static void until(String what, Callable<Boolean> condition) {
    await(what).atMost(Duration.ofSeconds(30)).until(condition);
  }
}

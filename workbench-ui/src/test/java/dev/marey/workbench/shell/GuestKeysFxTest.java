package dev.marey.workbench.shell;

import static dev.marey.workbench.testing.Nodes.id;
import static dev.marey.workbench.testing.Nodes.node;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marey.snapshot.Timeline;
import dev.marey.workbench.command.Command;
import dev.marey.workbench.command.Commands;
import dev.marey.workbench.console.ConsoleView;
import dev.marey.workbench.console.ConsoleViewModel;
import dev.marey.workbench.screen.ScreenView;
import dev.marey.workbench.screen.ScreenViewModel;
import dev.marey.workbench.shown.ShownViewModel;
import dev.marey.workbench.tasks.FxThread;
import dev.marey.workbench.testing.CurrentThreadTaskService;
import dev.marey.workbench.testing.FakeSession;
import dev.marey.workbench.theme.Theme;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javafx.geometry.Point2D;
import javafx.scene.AccessibleAttribute;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.canvas.Canvas;
import javafx.scene.control.SplitPane;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;

/** Who gets a key while console or screen have the focus: the live guest or the window. */
@ExtendWith(ApplicationExtension.class)
@Timeout(60)
final class GuestKeysFxTest {

  private final FakeSession session = new FakeSession();
  private final ShownViewModel shown = new ShownViewModel();
  private final List<String> done = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // set by show
  private ConsoleView console;

  @Start
  void show(Stage stage) {
    session.liveTranscript("booted\r\n");
    session.transcripts.put(id(1), "as it was at one");
    session.timeline(Timeline.of(List.of(node(1, 0, 0, 2))));
    shown.update(session.timeline());
    CurrentThreadTaskService tasks = new CurrentThreadTaskService();
    FxThread fxThread = new FxThread();
    console =
        new ConsoleView(new ConsoleViewModel(session, shown, tasks, fxThread), Theme.DARK, 12);
    ScreenView screen = new ScreenView(new ScreenViewModel(session, shown, tasks, fxThread));
    Commands commands = new Commands();
    commands.add(Command.of("live", "", "", shown::showLive, "Esc").when(shown.pastProperty()));
    commands.add(Command.of("run", "", "", () -> done.add("run"), "F8"));
    commands.add(Command.of("undo", "", "", () -> done.add("undo"), "Ctrl+Z"));
    commands.add(Command.of("snapshot", "", "", () -> done.add("snapshot"), "Ctrl+Shift+S"));
    Scene scene = new Scene(new SplitPane(console, screen), 900, 300);
    KeyRouting.install(scene, () -> commands);
    stage.setScene(scene);
    stage.show();
  }

  @AfterEach
  void endTerminals(FxRobot robot) {
    robot.interact(console::close);
  }

  private void awaitTyped(String text) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(session.typed.toByteArray()).asHexString().isEqualTo(hex(text)));
  }

  private static String hex(String text) {
    return HexFormat.of().withUpperCase().formatHex(text.getBytes(UTF_8));
  }

  @Test
  void theLiveConsoleGetsAllKeysButThoseOfTheWindow(FxRobot robot) {
    robot.clickOn("#console");
    robot.push(KeyCode.ESCAPE);
    robot.push(KeyCode.CONTROL, KeyCode.Z);
    robot.push(KeyCode.CONTROL, KeyCode.L);
    robot.push(KeyCode.CONTROL, KeyCode.F);
    robot.push(KeyCode.SHIFT);
    robot.push(KeyCode.CONTROL, KeyCode.SHIFT, KeyCode.S);
    awaitTyped("\u001b\u001a\f\u0006");
    assertThat(done).containsExactly("snapshot");
  }

  @Test
  void theConsoleOfThePastLeavesAllKeysToTheWindow(FxRobot robot) {
    robot.interact(() -> shown.select(id(1)));
    robot.clickOn("#console");
    robot.push(KeyCode.F8);
    robot.push(KeyCode.CONTROL, KeyCode.Z);
    robot.push(KeyCode.CONTROL, KeyCode.SHIFT, KeyCode.S);
    assertThat(done).containsExactly("run", "undo", "snapshot");
    robot.push(KeyCode.ESCAPE);
    assertThat(shown.shownProperty().get()).isEmpty();
    assertThat(session.typed.size()).isZero();
  }

  @Test
  void afterEscapeTheConsoleIsTheGuestsAgain(FxRobot robot) {
    robot.interact(() -> shown.select(id(1)));
    robot.clickOn("#console").push(KeyCode.ESCAPE);
    robot.clickOn("#console").push(KeyCode.ESCAPE);
    awaitTyped("\u001b");
  }

  @Test
  void theScreenOfThePastLeavesAllKeysToTheWindow(FxRobot robot) {
    robot.interact(() -> shown.select(id(1)));
    robot.interact(
        () -> robot.lookup("#screen .button").queryAll().iterator().next().requestFocus());
    robot.push(KeyCode.F8);
    assertThat(done).containsExactly("run");
    robot.push(KeyCode.ESCAPE);
    assertThat(shown.shownProperty().get()).isEmpty();
  }

  @Test
  void textIsCopiedFromAndPastedIntoTheConsoleAsInATerminal(FxRobot robot) {
    awaitShown("booted");
    Node terminal =
        robot.from(console).lookup((Node node) -> node instanceof Canvas && seen(node)).query();
    Point2D start = terminal.localToScreen(3, 5);
    robot.drag(start, MouseButton.PRIMARY).dropTo(start.add(150, 60));
    robot.push(KeyCode.CONTROL, KeyCode.SHIFT, KeyCode.C);
    assertThat(copied(robot)).startsWith("booted");
    robot.interact(() -> copy("uname -a"));
    robot.clickOn("#console").push(KeyCode.CONTROL, KeyCode.SHIFT, KeyCode.V);
    awaitTyped("uname -a");
  }

  private void awaitShown(String text) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> String.valueOf(console.queryAccessibleAttribute(AccessibleAttribute.TEXT)),
            words -> words.contains(text));
  }

  private static String copied(FxRobot robot) {
    String[] text = {""};
    robot.interact(() -> text[0] = Clipboard.getSystemClipboard().getString() + "");
    return text[0];
  }

  private static boolean seen(Node node) {
    for (Node at = node; at != null; at = at.getParent()) {
      if (!at.isVisible()) {
        return false;
      }
    }
    return true;
  }

  private static void copy(String text) {
    ClipboardContent content = new ClipboardContent();
    content.putString(text);
    Clipboard.getSystemClipboard().setContent(content);
  }
}

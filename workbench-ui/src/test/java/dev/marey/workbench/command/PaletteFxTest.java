package dev.marey.workbench.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javafx.scene.Scene;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;

@ExtendWith(ApplicationExtension.class)
@Timeout(60)
final class PaletteFxTest {

  private final List<String> done = new CopyOnWriteArrayList<>();
  private final Commands commands = new Commands();

  @Start
  void show(Stage stage) {
    commands.add(Command.of("a", "Pause", "", () -> done.add("pause")));
    commands.add(Command.of("b", "Snapshot", "codicon-device-camera", () -> done.add("snapshot")));
    commands.add(Command.of("c", "Show Screen", "", () -> done.add("screen")));
    stage.setScene(new Scene(new StackPane(), 700, 400));
    stage.show();
  }

  @Test
  void typingFindsAndEnterDoes(FxRobot robot) {
    Scene scene = robot.window(0).getScene();
    robot.interact(() -> new PaletteView(new PaletteViewModel(commands)).show(scene));
    robot.clickOn("#palette-query").write("s").type(KeyCode.DOWN).type(KeyCode.ENTER);
    assertThat(done).containsExactly("screen");
  }
}

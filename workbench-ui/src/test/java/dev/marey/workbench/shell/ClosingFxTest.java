package dev.marey.workbench.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.workbench.theme.Theme;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;

/** The question that is asked when the present could not be kept. */
@ExtendWith(ApplicationExtension.class)
@Timeout(60)
final class ClosingFxTest {

  private Optional<Dialogs> dialogs = Optional.empty();

  @Start
  void show(Stage stage) {
    Scene scene = new Scene(new VBox(), 900, 500);
    Theme.DARK.applyToProgram();
    Theme.DARK.applyTo(scene, 12);
    stage.setScene(scene);
    stage.show();
    dialogs = Optional.of(new Dialogs(stage));
  }

  @ParameterizedTest
  @CsvSource({
    "Try again, TRY_AGAIN",
    "Close without keeping the present, WITHOUT_THE_PRESENT",
    "Cancel, CANCEL"
  })
  void eachButtonIsItsAnswer(String button, Closing.Answer answer, FxRobot robot) {
    CompletableFuture<Closing.Answer> given = new CompletableFuture<>();
    Platform.runLater(
        () -> given.complete(dialogs.orElseThrow().presentNotKept("The disk is full.")));
    Awaitility.await()
        .until(() -> robot.lookup(button).tryQuery().filter(ClosingFxTest::stands).isPresent());
    assertThat(
            robot
                .lookup(
                    "The disk is full.\n\nThe guest goes on as it was, and nothing is lost yet. Mend what is in"
                        + " the way and try again; or close without keeping the present: nodes that"
                        + " are complete stay. Cancel leaves the session open.")
                .tryQuery())
        .isPresent();
    robot.clickOn(button);
    assertThat(given.join()).isEqualTo(answer);
  }

  /** Whether it has its place in a window that shows. */
  private static boolean stands(Node button) {
    return button.getScene().getWindow().isShowing()
        && button.getLayoutBounds().getWidth() > 0
        && button.getScene().getWindow().isFocused();
  }
}

package dev.marey.workbench.shell;

import dev.marey.snapshot.Node;
import dev.marey.workbench.start.FileQuestion;
import dev.marey.workbench.timeline.ExportQuestion;
import dev.marey.workbench.timeline.Questions;
import java.nio.file.Path;
import java.util.Optional;
import javafx.scene.control.Alert;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonBar;
import javafx.scene.control.ButtonType;
import javafx.scene.control.Dialog;
import javafx.scene.control.TextInputDialog;
import javafx.scene.layout.Region;
import javafx.stage.Stage;

/**
 * The few questions that need an answer before anything goes on.
 *
 * <p>Threading: fx.
 */
final class Dialogs implements Questions, ExportQuestion, FileQuestion {

  private final Stage owner;

  Dialogs(Stage owner) {
    this.owner = owner;
  }

  @Override
  public Optional<String> ask(String title, String question, String initial) {
    TextInputDialog dialog = new TextInputDialog(initial);
    dialog.setTitle(title);
    dialog.setHeaderText(null);
    dialog.setGraphic(null);
    dialog.setContentText(question);
    dialog.getEditor().setId("dialog-text");
    dress(dialog);
    return dialog.showAndWait();
  }

  @Override
  public Optional<ExportQuestion.Answer> ask(Node node) {
    ExportDialog dialog = new ExportDialog(node, Path.of(System.getProperty("user.home")));
    dress(dialog);
    return dialog.showAndWait();
  }

  @Override
  public Optional<Path> ask(FileQuestion.Kind kind, String what) {
    return askFor(kind, what, "");
  }

  /**
   * The same.
   *
   * @param suggested name of a new file
   */
  Optional<Path> askFor(FileQuestion.Kind kind, String what, String suggested) {
    FileDialog dialog =
        new FileDialog(kind, what, suggested, Path.of(System.getProperty("user.home")));
    dress(dialog);
    return dialog.showAndWait();
  }

  /** Whether the person said yes. */
  boolean confirm(String question) {
    Alert alert = new Alert(Alert.AlertType.CONFIRMATION, question, ButtonType.YES, ButtonType.NO);
    prefer(alert, ButtonType.NO, ButtonType.YES);
    alert.setHeaderText(null);
    alert.setTitle("Marey");
    dress(alert);
    return alert.showAndWait().filter(ButtonType.YES::equals).isPresent();
  }

  /** Enter and Space mean the one that does no harm. */
  private static void prefer(Alert alert, ButtonType harmless, ButtonType other) {
    ((Button) alert.getDialogPane().lookupButton(other)).setDefaultButton(false);
    ((Button) alert.getDialogPane().lookupButton(harmless)).setDefaultButton(true);
  }

  /** What to do when the present could not be kept. */
  Closing.Answer presentNotKept(String reason) {
    ButtonType again = new ButtonType("Try again", ButtonBar.ButtonData.OK_DONE);
    ButtonType without =
        new ButtonType("Close without keeping the present", ButtonBar.ButtonData.OTHER);
    Alert alert =
        new Alert(
            Alert.AlertType.WARNING,
            reason
                + "\n\nThe guest goes on as it was, and nothing is lost yet. Mend what is in the way and try"
                + " again; or close without keeping the present: nodes that are complete stay. Cancel"
                + " leaves the session open.",
            again,
            without,
            ButtonType.CANCEL);
    alert.setTitle("Marey");
    alert.setHeaderText("The present could not be kept as a node.");
    name(alert, again, "close-again");
    name(alert, without, "close-without");
    name(alert, ButtonType.CANCEL, "close-cancel");
    alert.getDialogPane().setMinHeight(Region.USE_PREF_SIZE);
    dress(alert);
    ButtonType chosen = alert.showAndWait().orElse(ButtonType.CANCEL);
    if (chosen == again) {
      return Closing.Answer.TRY_AGAIN;
    }
    return chosen == without ? Closing.Answer.WITHOUT_THE_PRESENT : Closing.Answer.CANCEL;
  }

  private static void name(Dialog<?> dialog, ButtonType button, String id) {
    dialog.getDialogPane().lookupButton(button).setId(id);
  }

  private void dress(Dialog<?> dialog) {
    dialog.initOwner(owner);
    dialog.getDialogPane().getStylesheets().setAll(owner.getScene().getStylesheets());
    dialog.getDialogPane().setStyle(owner.getScene().getRoot().getStyle());
  }
}

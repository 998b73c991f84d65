package dev.marey.workbench.shell;

import dev.marey.workbench.timeline.Questions;
import java.util.Optional;
import javafx.scene.control.Alert;
import javafx.scene.control.ButtonType;
import javafx.scene.control.Dialog;
import javafx.scene.control.TextInputDialog;
import javafx.stage.Stage;

/**
 * The few questions that need an answer before anything goes on.
 *
 * <p>Threading: fx.
 */
final class Dialogs implements Questions {

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

  /** Whether the person said yes. */
  boolean confirm(String question) {
    Alert alert = new Alert(Alert.AlertType.CONFIRMATION, question, ButtonType.YES, ButtonType.NO);
    alert.setHeaderText(null);
    alert.setTitle("Marey");
    dress(alert);
    return alert.showAndWait().filter(ButtonType.YES::equals).isPresent();
  }

  private void dress(Dialog<?> dialog) {
    dialog.initOwner(owner);
    dialog.getDialogPane().getStylesheets().setAll(owner.getScene().getStylesheets());
    dialog.getDialogPane().setStyle(owner.getScene().getRoot().getStyle());
  }
}

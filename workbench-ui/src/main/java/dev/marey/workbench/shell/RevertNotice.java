package dev.marey.workbench.shell;

import dev.marey.workbench.session.RevertDone;
import dev.marey.workbench.session.SessionViewModel;
import java.util.Optional;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * The bar that says what a revert did and undoes it.
 *
 * <p>Threading: fx.
 */
final class RevertNotice extends HBox {

  private boolean toldAboutConnections;

  RevertNotice(SessionViewModel session) {
    setId("revert-notice");
    getStyleClass().add("notice");
    Label text = new Label();
    Hyperlink undo = new Hyperlink("Undo");
    undo.setId("revert-undo");
    undo.setOnAction(event -> session.undo());
    undo.disableProperty().bind(session.undoableProperty().and(session.idleProperty()).not());
    Region gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    Button close = new Button("", new FontIcon("codicon-close"));
    close.getStyleClass().add("flat-button");
    close.setAccessibleText("Dismiss");
    close.setOnAction(event -> session.dismissNotice());
    getChildren().setAll(text, undo, gap, close);
    setVisible(false);
    setManaged(false);
    session
        .lastRevertProperty()
        .addListener(
            (property, before, revert) -> {
              setVisible(revert.isPresent());
              setManaged(revert.isPresent());
              revert.ifPresent(
                  done -> {
                    text.setText(words(done, toldAboutConnections));
                    toldAboutConnections = true;
                  });
            });
  }

  /** {@code Reverted to S12; the present is kept as S31.} The first time with a warning. */
  static String words(RevertDone done, boolean toldAboutConnections) {
    Optional<String> kept = done.kept().map(id -> "; the present is kept as " + id);
    String text = "Reverted to " + done.target() + kept.orElse("") + ".";
    return toldAboutConnections
        ? text
        : text + " Network connections the guest had open are gone after a revert.";
  }
}

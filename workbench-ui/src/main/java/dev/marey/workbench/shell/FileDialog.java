package dev.marey.workbench.shell;

import dev.marey.workbench.start.FileQuestion;
import java.io.File;
import java.nio.file.Path;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonBar;
import javafx.scene.control.ButtonType;
import javafx.scene.control.Dialog;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;

/**
 * Asks for a file: it can be typed, pasted, or looked for.
 *
 * <p>Threading: fx.
 */
final class FileDialog extends Dialog<Path> {

  private final FileQuestion.Kind kind;
  private final Path folder;
  private final TextField file = new TextField();

  /**
   * A dialog about one file.
   *
   * @param folder what a relative path is relative to
   */
  FileDialog(FileQuestion.Kind kind, String what, String suggested, Path folder) {
    this.kind = kind;
    this.folder = folder;
    setTitle(what);
    setHeaderText(null);
    String verb = kind == FileQuestion.Kind.OPEN ? "Open" : "Write";
    ButtonType done = new ButtonType(verb, ButtonBar.ButtonData.OK_DONE);
    getDialogPane().getButtonTypes().setAll(done, ButtonType.CANCEL);
    getDialogPane().lookupButton(done).setId("file-done");
    getDialogPane()
        .lookupButton(done)
        .disableProperty()
        .bind(file.textProperty().map(String::isBlank));
    file.setId("file-path");
    file.setPrefColumnCount(36);
    file.setText(suggested.isEmpty() ? "" : folder.resolve(suggested).toString());
    Label label = new Label(what);
    label.setLabelFor(file);
    Button browse = new Button("Browse…");
    browse.setMinWidth(Region.USE_PREF_SIZE);
    browse.setOnAction(event -> browse());
    HBox.setHgrow(file, Priority.ALWAYS);
    getDialogPane().setContent(new VBox(6, label, new HBox(6, file, browse)));
    setOnShown(event -> file.requestFocus());
    setResultConverter(
        button -> button == done ? folder.resolve(file.getText().strip()).normalize() : null);
  }

  private void browse() {
    Path now = folder.resolve(file.getText().strip());
    FileChooser chooser = new FileChooser();
    chooser.setTitle(getTitle());
    File parent = now.toFile().getParentFile();
    if (parent != null && parent.isDirectory()) {
      chooser.setInitialDirectory(parent);
    }
    File chosen;
    if (kind == FileQuestion.Kind.OPEN) {
      chosen = chooser.showOpenDialog(getOwner());
    } else {
      chooser.setInitialFileName(now.toFile().getName());
      chosen = chooser.showSaveDialog(getOwner());
    }
    if (chosen != null) {
      file.setText(chosen.getPath());
    }
  }
}

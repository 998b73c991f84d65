package dev.marey.workbench.shell;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeExport;
import dev.marey.workbench.timeline.ExportQuestion;
import java.io.File;
import java.nio.file.Path;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonBar;
import javafx.scene.control.ButtonType;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Dialog;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.TextField;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.stage.FileChooser;
import org.jspecify.annotations.Nullable;

/**
 * Asks what a node is to be exported as, and to where. The file's ending follows the form as long
 * as nobody has chosen another name.
 *
 * <p>Threading: fx.
 */
final class ExportDialog extends Dialog<ExportQuestion.Answer> {

  private final Node node;
  private final Path folder;
  private final ComboBox<NodeExport.Form> form = new ComboBox<>();
  private final TextField file = new TextField();

  /**
   * A dialog about one node.
   *
   * @param folder where the file goes unless the person says otherwise
   */
  ExportDialog(Node node, Path folder) {
    this.node = node;
    this.folder = folder;
    setTitle("Export " + node.title());
    setHeaderText(null);
    ButtonType export = new ButtonType("Export", ButtonBar.ButtonData.OK_DONE);
    getDialogPane().getButtonTypes().setAll(export, ButtonType.CANCEL);
    getDialogPane().lookupButton(export).setId("export-begin");
    getDialogPane()
        .lookupButton(export)
        .disableProperty()
        .bind(file.textProperty().map(String::isBlank));
    getDialogPane().setContent(content());
    setResultConverter(
        button ->
            button == export
                ? new ExportQuestion.Answer(form.getValue(), folder.resolve(file.getText().strip()))
                : null);
  }

  private GridPane content() {
    form.setId("export-form");
    form.getItems().setAll(NodeExport.Form.values());
    form.setCellFactory(list -> new FormCell());
    form.setButtonCell(new FormCell());
    file.setId("export-file");
    file.setPrefColumnCount(36);
    Label use = new Label();
    use.getStyleClass().add("hint");
    use.setWrapText(true);
    use.setPrefWidth(420);
    form.valueProperty()
        .addListener(
            (property, before, chosen) -> {
              use.setText(ExportText.use(chosen));
              if (before == null || file.getText().equals(suggested(before))) {
                file.setText(suggested(chosen));
              }
            });
    form.setValue(NodeExport.Form.STREAM);
    Button browse = new Button("Browse…");
    browse.setMinWidth(Region.USE_PREF_SIZE);
    browse.setOnAction(event -> browse());
    HBox.setHgrow(file, Priority.ALWAYS);
    GridPane grid = new GridPane();
    grid.setHgap(10);
    grid.setVgap(10);
    grid.addRow(0, labelled("As", form), form);
    grid.add(use, 1, 1);
    grid.addRow(2, labelled("New file", file), new HBox(6, file, browse));
    return grid;
  }

  private static final class FormCell extends ListCell<NodeExport.Form> {

    @Override
    protected void updateItem(NodeExport.@Nullable Form form, boolean empty) {
      super.updateItem(form, empty);
      setText(form == null ? "" : ExportText.title(form));
    }
  }

  private static Label labelled(String text, javafx.scene.Node control) {
    Label label = new Label(text);
    label.setLabelFor(control);
    label.setMinWidth(Region.USE_PREF_SIZE);
    return label;
  }

  private String suggested(NodeExport.Form chosen) {
    return folder.resolve(node.id() + "." + ExportText.ending(chosen)).toString();
  }

  private void browse() {
    Path now = folder.resolve(file.getText().strip());
    FileChooser chooser = new FileChooser();
    chooser.setTitle(getTitle());
    File parent = now.toFile().getParentFile();
    if (parent != null && parent.isDirectory()) {
      chooser.setInitialDirectory(parent);
    }
    chooser.setInitialFileName(now.toFile().getName());
    File chosen = chooser.showSaveDialog(getOwner());
    if (chosen != null) {
      file.setText(chosen.getPath());
    }
  }
}

package dev.marey.workbench.monitor;

import dev.marey.workbench.dock.FocusTarget;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * A line for QEMU's monitor, and its answers above it.
 *
 * <p>Threading: fx.
 */
public final class MonitorView extends BorderPane implements FocusTarget {

  private final MonitorViewModel model;
  private final TextArea output = new TextArea();
  private final TextField line = new TextField();

  public MonitorView(MonitorViewModel model) {
    this.model = model;
    setId("monitor");
    getStyleClass().add("view");
    Label header = new Label();
    header.setId("monitor-header");
    header.textProperty().bind(model.headerProperty());
    HBox bar = new HBox(header);
    bar.getStyleClass().add("view-bar");
    setTop(bar);
    output.setId("monitor-output");
    output.setEditable(false);
    output.setWrapText(true);
    output.getStyleClass().add("mono");
    output.setAccessibleText("Answers of QEMU's monitor");
    output.visibleProperty().bind(model.outputProperty().isNotEmpty());
    model.outputProperty().addListener((property, before, text) -> show(text));
    show(model.outputProperty().get());
    setCenter(new StackPane(output, empty()));
    setBottom(input());
  }

  private VBox empty() {
    Label hint =
        new Label(
            "QEMU's own monitor: it answers questions about the machine. Lines that would take the"
                + " machine out of Marey's hands are refused, with the reason.");
    hint.setWrapText(true);
    Button example = new Button(MonitorViewModel.EXAMPLE, new FontIcon("codicon-server"));
    example.setId("monitor-example");
    example.setOnAction(event -> run(MonitorViewModel.EXAMPLE));
    VBox empty = new VBox(hint, example);
    empty.getStyleClass().add("empty");
    empty.setOnMouseClicked(event -> line.requestFocus());
    empty.visibleProperty().bind(model.outputProperty().isEmpty());
    return empty;
  }

  private HBox input() {
    Label prompt = new Label("(qemu)");
    prompt.getStyleClass().addAll("hint", "mono");
    prompt.setLabelFor(line);
    line.setId("monitor-line");
    line.getStyleClass().add("mono");
    line.setPromptText("type help for its commands");
    line.setAccessibleText("Line for QEMU's monitor; Up and Down bring back lines from before");
    line.setOnAction(event -> run(line.getText()));
    line.addEventFilter(KeyEvent.KEY_PRESSED, this::walk);
    HBox.setHgrow(line, Priority.ALWAYS);
    HBox box = new HBox(prompt, line);
    box.getStyleClass().add("view-bar");
    return box;
  }

  private void run(String text) {
    if (model.run(text)) {
      line.clear();
      line.requestFocus();
    }
  }

  private void walk(KeyEvent event) {
    boolean up = event.getCode() == KeyCode.UP;
    if (up || event.getCode() == KeyCode.DOWN) {
      line.setText(up ? model.older(line.getText()) : model.newer(line.getText()));
      line.end();
      event.consume();
    }
  }

  /** The end is what was answered last. */
  private void show(String text) {
    String before = output.getText();
    if (text.startsWith(before)) {
      output.appendText(text.substring(before.length()));
    } else {
      output.setText(text);
      output.end();
    }
  }

  @Override
  public Node focusTarget() {
    return line;
  }
}

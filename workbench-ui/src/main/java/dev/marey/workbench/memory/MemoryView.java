package dev.marey.workbench.memory;

import dev.marey.diff.view.BackgroundWork;
import dev.marey.diff.view.HexView;
import dev.marey.workbench.tasks.TaskService;
import java.util.Optional;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * Guest RAM in hexadecimal at its guest-physical addresses.
 *
 * <p>Threading: fx.
 */
public final class MemoryView extends BorderPane {

  private final HexView hex;

  public MemoryView(MemoryViewModel model, TaskService tasks) {
    hex = new HexView(BackgroundWork.on(tasks.quiet()));
    hex.setId("memory-hex");
    hex.setEmptyText("");
    hex.visibleProperty().bind(model.sourceProperty().map(Optional::isPresent));
    setId("memory");
    getStyleClass().add("view");
    Label header = new Label();
    header.textProperty().bind(model.headerProperty());
    Region gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    Button address = new Button("Go to address", new FontIcon("codicon-location"));
    address.setId("memory-go-to");
    address.getStyleClass().add("flat-button");
    address.setOnAction(event -> hex.askForAddress());
    address.visibleProperty().bind(model.sourceProperty().map(Optional::isPresent));
    HBox bar = new HBox(header, gap, address);
    bar.getStyleClass().add("view-bar");
    setTop(bar);
    Label hint = new Label("Memory is shown while the guest is paused, or of the selected node.");
    Button pause = new Button("Pause the guest", new FontIcon("codicon-debug-pause"));
    pause.setId("memory-pause");
    pause.setOnAction(event -> model.pause());
    pause.visibleProperty().bind(model.offersPauseProperty());
    VBox empty = new VBox(hint, pause);
    empty.getStyleClass().add("empty");
    empty.visibleProperty().bind(model.sourceProperty().map(Optional::isEmpty));
    setCenter(new StackPane(hex, empty));
    model.sourceProperty().addListener((property, before, source) -> show(model));
    show(model);
  }

  /** The bytes as they are drawn. */
  public HexView hex() {
    return hex;
  }

  private void show(MemoryViewModel model) {
    model.sourceProperty().get().ifPresentOrElse(hex::show, hex::clear);
  }
}

package dev.marey.workbench.diffs;

import dev.marey.diff.DeviceDiff;
import dev.marey.diff.view.DeviceDiffView;
import dev.marey.snapshot.NodeId;
import dev.marey.workbench.command.Command;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.scene.layout.StackPane;

/**
 * The device fields that differ between the compared nodes.
 *
 * <p>Threading: fx.
 */
public final class DeviceDiffDock extends StackPane {

  private final DeviceDiffView view = new DeviceDiffView();
  private final EmptyDiff empty;
  private final Runnable swap;

  /**
   * A view of the model.
   *
   * @param snapshot takes the first node
   * @param compareWithNow compares a node with the present
   */
  public DeviceDiffDock(
      DiffViewModel<DeviceDiff> model, Command snapshot, Consumer<NodeId> compareWithNow) {
    setId("device-diff-view");
    getStyleClass().add("view");
    swap = model::swap;
    empty = new EmptyDiff(model, snapshot, compareWithNow);
    getChildren().setAll(view, empty);
    model.contentProperty().addListener((property, before, content) -> show(content));
    show(model.contentProperty().get());
  }

  private void show(Optional<DiffContent<DeviceDiff>> content) {
    view.setVisible(content.isPresent());
    empty.setVisible(content.isEmpty());
    content.ifPresentOrElse(found -> view.show(found.instants(), found.diff(), swap), view::clear);
  }
}

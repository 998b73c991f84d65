package dev.marey.workbench.diffs;

import dev.marey.snapshot.NodeId;
import dev.marey.workbench.command.Command;
import java.util.function.Consumer;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * What an empty diff view says, and the button that fills it.
 *
 * <p>Threading: fx.
 */
final class EmptyDiff extends VBox {

  private final Command snapshot;
  private final Consumer<NodeId> compareWithNow;
  private final Button button = new Button();

  EmptyDiff(DiffViewModel<?> model, Command snapshot, Consumer<NodeId> compareWithNow) {
    this.snapshot = snapshot;
    this.compareWithNow = compareWithNow;
    getStyleClass().add("empty");
    Label line = new Label();
    line.setWrapText(true);
    line.textProperty().bind(model.messageProperty());
    button.managedProperty().bind(button.visibleProperty());
    getChildren().addAll(line, button);
    model.offerProperty().addListener((property, before, offer) -> show(offer));
    show(model.offerProperty().get());
  }

  private void show(Offer offer) {
    button.disableProperty().unbind();
    button.disableProperty().bind(snapshot.enabledProperty().not());
    if (offer instanceof Offer.CompareWithNow with) {
      button.setText("Compare " + with.node() + " with now");
      button.setGraphic(new FontIcon("codicon-diff"));
      button.setOnAction(event -> compareWithNow.accept(with.node()));
    } else {
      button.setText("Take a snapshot");
      button.setGraphic(new FontIcon(snapshot.icon()));
      button.setOnAction(event -> snapshot.run());
    }
    button.setVisible(!(offer instanceof Offer.Nothing));
  }
}

package dev.marey.diff.view;

import dev.marey.diff.ComparedInstants;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/**
 * The line above a comparison: what is A, what is B, where they part, Swap.
 *
 * <p>Threading: fx.
 */
final class DiffHeader extends HBox {

  private final Label title = new Label();
  private final Label detail = new Label();
  private final Button swap = new Button("Swap");

  DiffHeader(Runnable swapped) {
    getStyleClass().add("marey-bar");
    title.getStyleClass().add("marey-title");
    title.setId("diff-title");
    title.setMinWidth(Region.USE_PREF_SIZE);
    detail.getStyleClass().add("marey-message");
    detail.setId("diff-detail");
    detail.setMinWidth(0);
    detail.setMaxWidth(Double.MAX_VALUE);
    HBox.setHgrow(detail, Priority.ALWAYS);
    swap.setId("diff-swap");
    swap.setMinWidth(Region.USE_PREF_SIZE);
    swap.setTooltip(new Tooltip("Exchange A and B"));
    swap.setOnAction(event -> swapped.run());
    getChildren().addAll(title, detail, swap);
    clear();
  }

  void show(ComparedInstants instants, String summary) {
    title.setText(instants.header());
    String ancestor = instants.ancestorLine();
    detail.setText(ancestor.isEmpty() ? summary : summary + "   " + ancestor);
    swap.setVisible(true);
  }

  void clear() {
    title.setText("Nothing compared");
    detail.setText("");
    swap.setVisible(false);
  }
}

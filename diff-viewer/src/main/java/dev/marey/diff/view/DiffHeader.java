package dev.marey.diff.view;

import dev.marey.diff.ComparedInstants;
import javafx.css.PseudoClass;
import javafx.scene.Node;
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

  private static final PseudoClass PROBLEM = PseudoClass.getPseudoClass("problem");

  private final Label title = new Label();
  private final Label detail = new Label();
  private final Button swap = new Button("Swap");
  private String said = "";

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
    said = ancestor.isEmpty() ? summary : summary + "   " + ancestor;
    problem("");
    swap.setVisible(true);
  }

  /** Puts a control before Swap; it shows as long as something is compared. */
  void add(Node control) {
    getChildren().add(getChildren().indexOf(swap), control);
    control.visibleProperty().bind(swap.visibleProperty());
  }

  /** Says what is wrong in the place of the summary; "" brings the summary back. */
  void problem(String line) {
    detail.setText(line.isEmpty() ? said : line);
    detail.pseudoClassStateChanged(PROBLEM, !line.isEmpty());
  }

  void clear() {
    title.setText("Nothing compared");
    said = "";
    problem("");
    swap.setVisible(false);
  }
}

package dev.marey.workbench.timeline;

import dev.marey.workbench.shown.Comparison;
import dev.marey.workbench.shown.ShownViewModel;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * The bar above the timeline: what is compared, and zoom.
 *
 * <p>Threading: fx.
 */
final class TimelineBar extends HBox {

  /**
   * A bar over the model.
   *
   * @param zoom zooms by a factor
   */
  TimelineBar(TimelineViewModel model, DoubleConsumer zoom) {
    Label compared = new Label();
    compared.setId("timeline-comparison");
    Button swap = flat("codicon-arrow-both", "Swap A and B", () -> model.shown().swap());
    swap.setId("timeline-swap");
    Button pin = flat("codicon-pin", "Keep A while walking B", () -> model.shown().togglePin());
    pin.setId("timeline-pin-a");
    ShownViewModel shown = model.shown();
    shown
        .comparisonProperty()
        .addListener((property, before, pair) -> compared.setText(words(pair, shown)));
    swap.visibleProperty().bind(shown.comparisonProperty().map(Optional::isPresent));
    pin.visibleProperty().bind(shown.comparisonProperty().map(Optional::isPresent));
    shown
        .pinnedProperty()
        .addListener(
            (property, before, pinned) ->
                pin.setGraphic(new FontIcon(pinned ? "codicon-pinned" : "codicon-pin")));
    Region gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    Button out = flat("codicon-zoom-out", "Zoom out (-)", () -> zoom.accept(1 / 1.6));
    Button in = flat("codicon-zoom-in", "Zoom in (+)", () -> zoom.accept(1.6));
    Button fit = flat("codicon-screen-full", "Everything (0)", model::fit);
    fit.setId("timeline-fit");
    getChildren().setAll(compared, swap, pin, gap, out, in, fit);
    getStyleClass().add("view-bar");
  }

  static String words(Optional<Comparison> comparison, ShownViewModel shown) {
    if (comparison.isEmpty()) {
      return "";
    }
    Comparison pair = comparison.get();
    if (pair.a().equals(pair.b())) {
      return "A and B: " + pair.a() + ", so nothing differs";
    }
    String text =
        "A: " + pair.a() + (earlier(pair, shown) ? " (earlier)" : "") + " → B: " + pair.b();
    if (!pair.chosen()) {
      text += "; A is its parent";
    }
    return text + pair.commonAncestor().map(id -> ", both from " + id).orElse("");
  }

  private static boolean earlier(Comparison pair, ShownViewModel shown) {
    return shown
        .timelineProperty()
        .get()
        .find(pair.a())
        .flatMap(
            a ->
                shown
                    .timelineProperty()
                    .get()
                    .find(pair.b())
                    .map(b -> a.guestTime().compareTo(b.guestTime()) < 0))
        .orElse(false);
  }

  private static Button flat(String icon, String tip, Runnable action) {
    Button button = new Button("", new FontIcon(icon));
    button.getStyleClass().add("flat-button");
    button.setTooltip(new Tooltip(tip));
    button.setAccessibleText(tip);
    button.setFocusTraversable(false);
    button.setOnAction(event -> action.run());
    return button;
  }
}

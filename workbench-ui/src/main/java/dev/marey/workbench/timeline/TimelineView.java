package dev.marey.workbench.timeline;

import dev.marey.snapshot.NodeId;
import dev.marey.workbench.command.Command;
import java.util.Optional;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.geometry.Orientation;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollBar;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * The timeline: a bar with zoom and comparison, the drawing, a scroll bar.
 *
 * <p>Threading: fx.
 */
public final class TimelineView extends BorderPane {

  private static final double WHEEL_ZOOM = 1.25;

  private final TimelineViewModel model;
  private final TimelineDrawing drawing;
  private final NodeMenu menu;
  private final ScrollBar bar = new ScrollBar();
  private final VBox empty;
  private boolean scrolling;

  /**
   * A view of the model.
   *
   * @param questions asks for a label or note
   * @param exports asks what a node is exported as
   * @param snapshot what the empty timeline offers
   */
  public TimelineView(
      TimelineViewModel model, Questions questions, ExportQuestion exports, Command snapshot) {
    this.model = model;
    this.drawing = new TimelineDrawing(model);
    this.menu = new NodeMenu(model, questions, exports);
    setId("timeline");
    getStyleClass().addAll("view", "timeline");
    empty = empty(snapshot);
    StackPane middle = new StackPane(drawing, empty);
    setCenter(middle);
    setTop(new TimelineBar(model, this::zoom));
    setBottom(bar);
    setRight(lanes());
    bar.setOrientation(Orientation.HORIZONTAL);
    bar.valueProperty()
        .addListener(
            (property, before, after) -> {
              if (!scrolling) {
                model.scrollTo(after.doubleValue());
              }
            });
    drawing
        .widthProperty()
        .addListener((property, before, width) -> model.resize(width.doubleValue()));
    drawing.addEventHandler(ScrollEvent.SCROLL, this::wheel);
    drawing.addEventHandler(MouseEvent.MOUSE_PRESSED, this::pressed);
    drawing.addEventHandler(MouseEvent.MOUSE_CLICKED, this::clicked);
    drawing.setOnContextMenuRequested(
        event ->
            drawing
                .markAt(event.getTarget())
                .ifPresent(
                    mark -> {
                      if (!mark.cluster()) {
                        menu.show(drawing, mark.node(), event.getScreenX(), event.getScreenY());
                      }
                    }));
    TimelineKeys keys = new TimelineKeys(model, drawing, menu, this::zoom);
    addEventHandler(KeyEvent.KEY_PRESSED, keys::pressed);
    setFocusTraversable(true);
    setAccessibleText("Timeline of nodes; arrows walk, Enter reverts");
    model.pictureProperty().addListener((property, before, after) -> draw());
    model.shown().shownProperty().addListener((property, before, after) -> draw());
    model.shown().comparisonProperty().addListener((property, before, after) -> draw());
    model.goingProperty().addListener((property, before, after) -> draw());
    draw();
  }

  /** Scrolls lanes that do not fit. */
  private ScrollBar lanes() {
    double lane = LaneScroll.DENSE_LANE;
    ReadOnlyDoubleProperty furthest = drawing.laneScroll().furthestProperty();
    ScrollBar lanes = new ScrollBar();
    lanes.setId("timeline-lanes");
    lanes.setOrientation(Orientation.VERTICAL);
    lanes.setUnitIncrement(lane);
    lanes.setBlockIncrement(2 * lane);
    lanes.maxProperty().bind(furthest);
    lanes
        .visibleAmountProperty()
        .bind(furthest.map(most -> most.doubleValue() * lane / (most.doubleValue() + lane)));
    lanes.visibleProperty().bind(furthest.greaterThan(0));
    lanes.managedProperty().bind(lanes.visibleProperty());
    drawing
        .laneScroll()
        .scrolledProperty()
        .addListener((property, before, after) -> lanes.setValue(after.doubleValue()));
    lanes
        .valueProperty()
        .addListener((property, before, after) -> drawing.scrollLanes(after.doubleValue()));
    return lanes;
  }

  private static VBox empty(Command snapshot) {
    Label text = new Label("Nodes appear here: each is the whole guest at one instant.");
    Button button = new Button("Take a snapshot", new FontIcon(snapshot.icon()));
    button.setId("timeline-first-snapshot");
    button.setOnAction(event -> snapshot.run());
    button.disableProperty().bind(snapshot.enabledProperty().not());
    VBox box = new VBox(text, button);
    box.getStyleClass().add("empty");
    box.setPickOnBounds(false);
    return box;
  }

  private void zoom(double factor) {
    model.zoom(factor, drawing.getWidth() / 2);
  }

  private void draw() {
    drawing.draw();
    boolean none = model.shown().timelineProperty().get().nodes().isEmpty();
    empty.setVisible(none);
    scrolling = true;
    double furthest = model.furthest();
    bar.setMax(Math.max(1, furthest));
    bar.setVisibleAmount(
        Math.max(1, furthest) * drawing.getWidth() / Math.max(1, furthest + drawing.getWidth()));
    bar.setUnitIncrement(40);
    bar.setBlockIncrement(Math.max(40, drawing.getWidth() * 0.8));
    bar.setValue(model.scrollProperty().get());
    bar.setVisible(furthest > 0);
    bar.setManaged(furthest > 0);
    scrolling = false;
  }

  private void wheel(ScrollEvent event) {
    double turned = event.getDeltaY() == 0 ? event.getDeltaX() : event.getDeltaY();
    if (turned == 0) {
      return;
    }
    if (event.isShiftDown() || event.getDeltaX() != 0) {
      model.scrollTo(model.scrollProperty().get() - turned);
    } else {
      model.zoom(turned > 0 ? WHEEL_ZOOM : 1 / WHEEL_ZOOM, event.getX());
    }
    event.consume();
  }

  private void pressed(MouseEvent event) {
    Optional<TimelinePicture.Mark> mark = drawing.markAt(event.getTarget());
    if (mark.isEmpty()) {
      requestFocus();
      return;
    }
    if (mark.get().cluster()) {
      return;
    }
    NodeId id = mark.get().id();
    if (event.isShortcutDown() && event.isPrimaryButtonDown()) {
      model.shown().compareWith(id);
    } else {
      model.shown().select(id);
    }
    drawing.focus(id);
  }

  private void clicked(MouseEvent event) {
    Optional<TimelinePicture.Mark> mark = drawing.markAt(event.getTarget());
    if (mark.isEmpty() || event.getButton() != MouseButton.PRIMARY) {
      return;
    }
    if (mark.get().cluster()) {
      model.zoom(3, event.getX());
    } else if (event.getClickCount() == 2 && NodeText.revertible(mark.get().node())) {
      model.verbs().revert(mark.get().id(), event.isShiftDown());
    }
  }
}

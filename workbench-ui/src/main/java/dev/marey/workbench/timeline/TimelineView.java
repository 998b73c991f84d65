package dev.marey.workbench.timeline;

import dev.marey.snapshot.NodeId;
import dev.marey.workbench.command.Command;
import dev.marey.workbench.shown.Comparison;
import dev.marey.workbench.shown.ShownViewModel;
import java.util.Optional;
import javafx.geometry.Orientation;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollBar;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
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
   * @param snapshot what the empty timeline offers
   */
  public TimelineView(TimelineViewModel model, Questions questions, Command snapshot) {
    this.model = model;
    this.drawing = new TimelineDrawing(model);
    this.menu = new NodeMenu(model, questions);
    setId("timeline");
    getStyleClass().addAll("view", "timeline");
    empty = empty(snapshot);
    StackPane middle = new StackPane(drawing, empty);
    setCenter(middle);
    setTop(bar());
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
    addEventHandler(KeyEvent.KEY_PRESSED, this::key);
    setFocusTraversable(true);
    setAccessibleText("Timeline of nodes; arrows walk, Enter reverts");
    model.pictureProperty().addListener((property, before, after) -> draw());
    model.shown().shownProperty().addListener((property, before, after) -> draw());
    model.shown().comparisonProperty().addListener((property, before, after) -> draw());
    draw();
  }

  /** Scrolls lanes that do not fit. */
  private ScrollBar lanes() {
    ScrollBar lanes = new ScrollBar();
    lanes.setId("timeline-lanes");
    lanes.setOrientation(Orientation.VERTICAL);
    lanes.setUnitIncrement(38);
    lanes.setBlockIncrement(76);
    lanes.maxProperty().bind(drawing.furthestLaneProperty());
    lanes
        .visibleAmountProperty()
        .bind(
            drawing
                .furthestLaneProperty()
                .map(most -> most.doubleValue() * 38 / (most.doubleValue() + 38)));
    lanes.visibleProperty().bind(drawing.furthestLaneProperty().greaterThan(0));
    lanes.managedProperty().bind(lanes.visibleProperty());
    drawing
        .laneScrollProperty()
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

  private HBox bar() {
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
    Button out = flat("codicon-zoom-out", "Zoom out (-)", () -> zoom(1 / 1.6));
    Button in = flat("codicon-zoom-in", "Zoom in (+)", () -> zoom(1.6));
    Button fit = flat("codicon-screen-full", "Everything (0)", model::fit);
    fit.setId("timeline-fit");
    HBox box = new HBox(compared, swap, pin, gap, out, in, fit);
    box.getStyleClass().add("view-bar");
    return box;
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
      text += ", its parent and itself";
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
    if (mark.isEmpty() || event.getButton() != javafx.scene.input.MouseButton.PRIMARY) {
      return;
    }
    if (mark.get().cluster()) {
      model.zoom(3, event.getX());
    } else if (event.getClickCount() == 2 && NodeText.revertible(mark.get().node())) {
      model.verbs().revert(mark.get().id(), event.isShiftDown());
    }
  }

  private void key(KeyEvent event) {
    if (event.isControlDown() || event.isAltDown() || event.isMetaDown()) {
      return;
    }
    boolean known = true;
    switch (event.getCode()) {
      case LEFT -> walk(model::walkLeft);
      case RIGHT -> walk(model::walkRight);
      case UP -> walk(model::walkUp);
      case DOWN -> walk(model::walkDown);
      case HOME -> walk(model::walkHome);
      case END -> walk(model::walkEnd);
      case PLUS, EQUALS, ADD -> zoom(1.6);
      case MINUS, SUBTRACT -> zoom(1 / 1.6);
      case DIGIT0, NUMPAD0 -> model.fit();
      case ENTER -> enter(event.isShiftDown());
      case F2 -> model.shown().shownNode().ifPresent(menu::rename);
      case N -> model.shown().shownNode().ifPresent(menu::note);
      case P -> model.shown().shownNode().ifPresent(n -> model.verbs().pin(n.id(), !n.pinned()));
      case C -> drawing.focusedMark().ifPresent(mark -> compare(mark.id()));
      case DELETE -> model.shown().shownNode().ifPresent(n -> model.verbs().delete(n.id()));
      default -> known = false;
    }
    if (known) {
      event.consume();
    }
  }

  private void walk(Runnable step) {
    step.run();
    model.shown().shownProperty().get().ifPresent(drawing::focus);
  }

  private void enter(boolean invert) {
    Optional<TimelinePicture.Mark> focused = drawing.focusedMark();
    if (focused.isPresent() && focused.get().cluster()) {
      model.zoom(3, focused.get().x() - model.scrollProperty().get());
      return;
    }
    model
        .shown()
        .shownNode()
        .filter(NodeText::revertible)
        .ifPresent(node -> model.verbs().revert(node.id(), invert));
  }

  /**
   * With the keyboard: C on one node marks it, arrows go on, so A is pinned where C was pressed.
   */
  private void compare(NodeId id) {
    if (model.shown().pinnedProperty().get()) {
      model.shown().togglePin();
    } else {
      model.shown().startFrom(id);
    }
  }
}

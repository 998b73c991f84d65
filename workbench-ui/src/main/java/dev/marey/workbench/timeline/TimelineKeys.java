package dev.marey.workbench.timeline;

import dev.marey.snapshot.NodeId;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import javafx.scene.input.KeyEvent;

/**
 * What keys do while the timeline has the focus.
 *
 * <p>Threading: fx.
 */
final class TimelineKeys {

  private final TimelineViewModel model;
  private final TimelineDrawing drawing;
  private final NodeMenu menu;
  private final DoubleConsumer zoom;

  TimelineKeys(
      TimelineViewModel model, TimelineDrawing drawing, NodeMenu menu, DoubleConsumer zoom) {
    this.model = model;
    this.drawing = drawing;
    this.menu = menu;
    this.zoom = zoom;
  }

  void pressed(KeyEvent event) {
    if (event.isControlDown() || event.isAltDown() || event.isMetaDown()) {
      return;
    }
    boolean known = true;
    switch (event.getCode()) {
      case LEFT -> walk(model.walk()::left);
      case RIGHT -> walk(model.walk()::right);
      case UP -> walk(model.walk()::up);
      case DOWN -> walk(model.walk()::down);
      case HOME -> walk(model.walk()::home);
      case END -> walk(model.walk()::end);
      case PLUS, EQUALS, ADD -> zoom.accept(1.6);
      case MINUS, SUBTRACT -> zoom.accept(1 / 1.6);
      case DIGIT0, NUMPAD0 -> model.fit();
      case ENTER -> enter(event.isShiftDown());
      case F2 -> model.shown().shownNode().ifPresent(menu::rename);
      case N -> model.shown().shownNode().ifPresent(menu::note);
      case T -> model.shown().shownNode().ifPresent(menu::tags);
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

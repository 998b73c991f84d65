package dev.marey.workbench.shown;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Timeline;
import java.util.Comparator;
import java.util.Optional;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/**
 * Which instant the window shows, and which two it compares. Selecting changes only what is shown;
 * the guest never notices.
 *
 * <p>Threading: fx.
 */
public final class ShownViewModel {

  private final ReadOnlyObjectWrapper<Optional<NodeId>> shown =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Optional<Comparison>> comparison =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ReadOnlyObjectWrapper<Timeline> timeline =
      new ReadOnlyObjectWrapper<>(Timeline.EMPTY);
  private final ReadOnlyBooleanWrapper past = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper pinned = new ReadOnlyBooleanWrapper();
  private Optional<NodeId> a = Optional.empty();
  private Optional<NodeId> b = Optional.empty();

  /** The node that is shown; empty while the live guest is. */
  public ReadOnlyObjectProperty<Optional<NodeId>> shownProperty() {
    return shown.getReadOnlyProperty();
  }

  /** Whether a node is shown and not the live guest. */
  public ReadOnlyBooleanProperty pastProperty() {
    return past.getReadOnlyProperty();
  }

  /** What the diff views compare. */
  public ReadOnlyObjectProperty<Optional<Comparison>> comparisonProperty() {
    return comparison.getReadOnlyProperty();
  }

  /** Whether A stays while selecting moves B. */
  public ReadOnlyBooleanProperty pinnedProperty() {
    return pinned.getReadOnlyProperty();
  }

  public ReadOnlyObjectProperty<Timeline> timelineProperty() {
    return timeline.getReadOnlyProperty();
  }

  /** The node that is shown, as the timeline knows it now. */
  public Optional<Node> shownNode() {
    return shown.get().flatMap(timeline.get()::find);
  }

  /** Takes a newer timeline; never moves what is shown unless that node is gone. */
  public void update(Timeline newer) {
    timeline.set(newer);
    if (shown.get().isPresent() && newer.find(shown.get().get()).isEmpty()) {
      showLive();
    }
    if (a.flatMap(newer::find).isEmpty() || b.flatMap(newer::find).isEmpty()) {
      forgetPair();
    }
    compare();
  }

  public void select(NodeId node) {
    if (timeline.get().find(node).isEmpty()) {
      return;
    }
    shown.set(Optional.of(node));
    past.set(true);
    if (pinned.get()) {
      b = Optional.of(node);
    } else {
      forgetPair();
    }
    compare();
  }

  /** Back to the live guest. */
  public void showLive() {
    shown.set(Optional.empty());
    past.set(false);
    forgetPair();
    compare();
  }

  /** Compares the shown node with another one, the earlier first. */
  public void compareWith(NodeId other) {
    if (shown.get().isEmpty()) {
      select(other);
      return;
    }
    NodeId one = shown.get().get();
    if (one.equals(other)) {
      forgetPair();
    } else {
      Comparator<NodeId> byTime =
          Comparator.comparing(
                  (NodeId id) -> timeline.get().find(id).map(Node::guestTime).orElseThrow())
              .thenComparing(Comparator.naturalOrder());
      boolean earlier = byTime.compare(one, other) < 0;
      a = Optional.of(earlier ? one : other);
      b = Optional.of(earlier ? other : one);
    }
    compare();
  }

  /** Shows {@code second} and compares {@code first} with it, which may be the same node. */
  public void compare(NodeId first, NodeId second) {
    Timeline now = timeline.get();
    if (now.find(first).isEmpty() || now.find(second).isEmpty()) {
      return;
    }
    pinned.set(false);
    a = Optional.of(first);
    b = Optional.of(second);
    shown.set(b);
    past.set(true);
    compare();
  }

  /** Pins A to a node; the nodes selected from now on are B. */
  public void startFrom(NodeId node) {
    if (timeline.get().find(node).isPresent()) {
      a = Optional.of(node);
      b = Optional.of(node);
      pinned.set(true);
      compare();
    }
  }

  /** Exchanges A and B, also of a node and its parent. */
  public void swap() {
    comparison
        .get()
        .ifPresent(
            pair -> {
              a = Optional.of(pair.b());
              b = Optional.of(pair.a());
              compare();
            });
  }

  /** Keeps A where it is while selecting moves B, or lets go of it. */
  public void togglePin() {
    if (pinned.get()) {
      forgetPair();
    } else {
      comparison
          .get()
          .ifPresent(
              pair -> {
                a = Optional.of(pair.a());
                b = Optional.of(pair.b());
                pinned.set(true);
              });
    }
    compare();
  }

  private void forgetPair() {
    a = Optional.empty();
    b = Optional.empty();
    pinned.set(false);
  }

  private void compare() {
    // A node compared with itself was asked for, unless it is A and waits for a B.
    if (a.isPresent() && b.isPresent() && !(pinned.get() && a.equals(b))) {
      comparison.set(Optional.of(pair(a.get(), b.get(), true)));
      return;
    }
    comparison.set(
        shownNode()
            .flatMap(
                node ->
                    node.parent()
                        .filter(parent -> timeline.get().find(parent).isPresent())
                        .map(parent -> pair(parent, node.id(), false))));
  }

  private Comparison pair(NodeId first, NodeId second, boolean chosen) {
    Optional<NodeId> ancestor =
        timeline
            .get()
            .commonAncestor(first, second)
            .filter(id -> !id.equals(first) && !id.equals(second));
    return new Comparison(first, second, chosen, ancestor);
  }
}

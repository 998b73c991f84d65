package dev.marey.workbench.timeline;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.shown.ShownViewModel;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Walks from node to node: along a branch, to the branches beside it, to the ends. Coming back, it
 * takes the way it came.
 *
 * <p>Threading: fx.
 */
public final class TimelineWalk {

  private final ShownViewModel shown;
  private final Supplier<Optional<NodeId>> present;
  private final ToDoubleFunction<NodeId> x;
  private final Consumer<NodeId> go;
  private final Map<NodeId, NodeId> lastChild = new HashMap<>();

  /**
   * A walk that starts at the shown node.
   *
   * @param present the node the present came from, where it starts while live is shown
   * @param x where a node is drawn
   * @param go selects a node
   */
  TimelineWalk(
      ShownViewModel shown,
      Supplier<Optional<NodeId>> present,
      ToDoubleFunction<NodeId> x,
      Consumer<NodeId> go) {
    this.shown = shown;
    this.present = present;
    this.x = x;
    this.go = go;
  }

  /** To the node this one ran on from. */
  public void left() {
    walk(
        node -> {
          node.parent().ifPresent(parent -> lastChild.put(parent, node.id()));
          return node.parent();
        });
  }

  /** To the node that ran on from this one: where one came from, else along the lane. */
  public void right() {
    walk(
        node -> {
          List<Node> children = shown.timelineProperty().get().children(node.id());
          return children.stream()
              .min(
                  Comparator.comparing((Node child) -> !child.id().equals(lastChild.get(node.id())))
                      .thenComparing(child -> child.lane() != node.lane())
                      .thenComparing(Node::id))
              .map(Node::id);
        });
  }

  /** To the nearest node of the lane above. */
  public void up() {
    walk(node -> nearest(node, -1));
  }

  /** To the nearest node of the lane below. */
  public void down() {
    walk(node -> nearest(node, 1));
  }

  /** To the first node of all. */
  public void home() {
    walk(
        node -> {
          List<Node> line = shown.timelineProperty().get().ancestry(node.id());
          return Optional.of(line.get(line.size() - 1).id());
        });
  }

  /** To the last node of this branch. */
  public void end() {
    walk(
        node ->
            shown.timelineProperty().get().nodes().stream()
                .filter(other -> other.lane() == node.lane())
                .max(Comparator.comparing(Node::guestTime).thenComparing(Node::id))
                .map(Node::id));
  }

  private interface Step {
    Optional<NodeId> from(Node node);
  }

  private void walk(Step step) {
    Optional<Node> at = shown.shownNode();
    Optional<NodeId> to = at.isPresent() ? step.from(at.get()) : entry();
    to.ifPresent(go);
  }

  /** Where walking begins while the live guest is shown. */
  private Optional<NodeId> entry() {
    Timeline timeline = shown.timelineProperty().get();
    Optional<NodeId> base = present.get().filter(id -> timeline.find(id).isPresent());
    if (base.isPresent()) {
      return base;
    }
    List<Node> nodes = timeline.nodes();
    return nodes.isEmpty() ? Optional.empty() : Optional.of(nodes.get(nodes.size() - 1).id());
  }

  private Optional<NodeId> nearest(Node from, int direction) {
    double place = x.applyAsDouble(from.id());
    return shown.timelineProperty().get().nodes().stream()
        .filter(node -> Integer.signum(node.lane() - from.lane()) == direction)
        .min(
            Comparator.comparingInt((Node node) -> Math.abs(node.lane() - from.lane()))
                .thenComparingDouble(node -> Math.abs(x.applyAsDouble(node.id()) - place)))
        .map(Node::id);
  }
}

package dev.marey.snapshot.bundle;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Timeline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The nodes that go into a bundle. One whose parent stays behind hangs on the nearest that goes.
 */
final class ChosenNodes {

  private final Timeline timeline;
  private final TreeSet<NodeId> ids;

  /**
   * Chooses.
   *
   * @param wanted none for all that are complete
   */
  ChosenNodes(Timeline timeline, Collection<NodeId> wanted) throws SnapshotException {
    this.timeline = timeline;
    this.ids = new TreeSet<>(wanted);
    if (wanted.isEmpty()) {
      timeline.nodes().stream()
          .filter(node -> node.state() == NodeState.COMPLETE)
          .forEach(node -> ids.add(node.id()));
    }
    if (ids.isEmpty()) {
      throw new SnapshotException(
          "There is nothing to bundle: the session has no complete node. Take a snapshot first.");
    }
  }

  /** By ascending id, so each is behind its parent. */
  List<Node> nodes() {
    List<Node> nodes = new ArrayList<>();
    for (NodeId id : ids) {
      Node node = timeline.find(id).orElseThrow();
      Optional<NodeId> parent = nearest(node.parent());
      nodes.add(
          new Node(
              id,
              parent,
              node.label(),
              node.note(),
              node.pinned(),
              node.tags(),
              node.origin(),
              node.state(),
              node.reason(),
              node.takenAt(),
              node.guestTime(),
              node.runState(),
              node.lane(),
              node.console(),
              node.figures()));
    }
    return nodes;
  }

  /** Where the present is, or the nearest node before it; the newest if there is none. */
  NodeId present(Optional<NodeId> live) {
    return nearest(live).orElseGet(ids::last);
  }

  private Optional<NodeId> nearest(Optional<NodeId> from) {
    return from.stream()
        .flatMap(id -> timeline.ancestry(id).stream())
        .map(Node::id)
        .filter(ids::contains)
        .findFirst();
  }
}

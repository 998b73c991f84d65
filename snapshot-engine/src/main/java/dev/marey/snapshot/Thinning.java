package dev.marey.snapshot;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Thins automatic nodes of a session by a {@link ThinningRule}. They are gone for good.
 *
 * <p>Threading: any (in the session's changes).
 */
final class Thinning {

  private final SessionChanges changes;
  private final NodeTree tree;
  private final Removal removal;

  Thinning(SessionChanges changes, NodeTree tree, Removal removal) {
    this.changes = changes;
    this.tree = tree;
    this.removal = removal;
  }

  /** What {@link #thin} would remove now. */
  List<NodeId> plan(ThinningRule rule, Set<NodeId> keep) {
    Set<NodeId> all = new HashSet<>(keep);
    tree.livePosition().ifPresent(all::add);
    tree.present().parent().ifPresent(all::add);
    Timeline timeline = tree.timeline();
    timeline.nodes().stream()
        .filter(node -> node.state() == NodeState.SAVING)
        .forEach(node -> node.parent().ifPresent(all::add));
    tree.livePosition().flatMap(timeline::find).flatMap(Node::parent).ifPresent(all::add);
    return rule.toRemove(timeline, all);
  }

  /** Durable when it returns. */
  List<NodeId> thin(ThinningRule rule, Set<NodeId> keep) throws SnapshotException {
    if (plan(rule, keep).isEmpty()) {
      return List.of();
    }
    return changes.inTurn(
        () -> {
          List<NodeId> gone = plan(rule, keep);
          removal.remove(Set.copyOf(gone));
          return gone;
        });
  }
}

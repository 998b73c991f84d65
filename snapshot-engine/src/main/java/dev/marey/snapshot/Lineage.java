package dev.marey.snapshot;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which node each one hangs on as its file tells it. That may be a deleted one: what is deleted can
 * be brought back, and its children hang on it again then.
 *
 * <p>Threading: the lock of the {@link NodeTree}.
 */
final class Lineage {

  private final Map<NodeId, Optional<NodeId>> parents = new HashMap<>();

  /** Notes what a node's file tells, or will tell. */
  void put(Node node) {
    parents.put(node.id(), node.parent());
  }

  Optional<NodeId> parent(NodeId id) {
    return parents.getOrDefault(id, Optional.empty());
  }

  /**
   * The nearest node that a node descends from.
   *
   * @param there which nodes count; one of which nothing is known does too: it may be readable
   *     another time
   */
  Optional<NodeId> nearest(NodeId id, Predicate<NodeId> there) {
    Optional<NodeId> at = parent(id);
    while (at.filter(parents::containsKey).filter(there.negate()).isPresent()) {
      at = parent(at.get());
    }
    return at;
  }

  /** Forgets nodes that are gone; none hangs on them any more. */
  void forget(Collection<NodeId> gone) {
    gone.forEach(parents::remove);
  }
}

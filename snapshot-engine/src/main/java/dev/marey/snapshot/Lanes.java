package dev.marey.snapshot;

import java.util.Collection;
import java.util.Optional;

/**
 * Which column of the timeline a new node gets. The first that runs on from the end of a branch
 * stays in its lane, any other begins a new one; lanes are not used again.
 *
 * <p>Threading: the lock of the {@link NodeTree}.
 */
final class Lanes {

  private int next;

  /** {@code next}: a lane above all that were ever used. */
  Lanes(int next) {
    this.next = next;
  }

  int next() {
    return next;
  }

  int laneFor(Optional<Node> parent, Collection<Node> nodes) {
    if (parent.isPresent() && isEndOfLane(parent.get(), nodes)) {
      return parent.get().lane();
    }
    return next++;
  }

  private static boolean isEndOfLane(Node parent, Collection<Node> nodes) {
    return nodes.stream()
        .noneMatch(
            node ->
                node.lane() == parent.lane()
                    && node.state() != NodeState.FAILED
                    && node.id().compareTo(parent.id()) > 0);
  }
}

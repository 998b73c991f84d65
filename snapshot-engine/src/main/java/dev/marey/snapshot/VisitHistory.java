package dev.marey.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The instants that were live, as a web browser keeps pages. The present has no name until it is
 * left; {@link #leave} gives it that of the node it was kept as.
 *
 * <p>Threading: any (lock: this).
 */
final class VisitHistory {

  /** How a move changes the history. */
  enum Move {
    /** To an instant chosen freely: what was ahead is forgotten. */
    JUMP,
    BACK,
    FORWARD
  }

  private final List<NodeId> entries = new ArrayList<>();
  private int at;

  /** The present is about to be left and can be returned to as {@code node}. */
  synchronized void leave(NodeId node) {
    if (entries.isEmpty()) {
      entries.add(node);
    } else {
      entries.set(at, node);
    }
  }

  /** {@code target} is live now. Follows {@link #leave}. */
  synchronized void arrive(NodeId target, Move move) {
    switch (move) {
      case JUMP -> {
        entries.subList(Math.min(at + 1, entries.size()), entries.size()).clear();
        entries.add(target);
        at = entries.size() - 1;
      }
      case BACK -> at--;
      case FORWARD -> at++;
    }
  }

  /** All instants that a move can lead to, and the last one that was arrived at. */
  synchronized Set<NodeId> all() {
    return Set.copyOf(entries);
  }

  /** Where a move back leads. */
  synchronized Optional<NodeId> back() {
    return at > 0 ? Optional.of(entries.get(at - 1)) : Optional.empty();
  }

  /** Where a move forward leads. */
  synchronized Optional<NodeId> forward() {
    return at + 1 < entries.size() ? Optional.of(entries.get(at + 1)) : Optional.empty();
  }
}

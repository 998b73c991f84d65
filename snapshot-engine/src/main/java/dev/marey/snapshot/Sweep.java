package dev.marey.snapshot;

import dev.marey.snapshot.store.PageClearing;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives room back while the session is open and its guest may run: pages that no node has, neither
 * a complete nor a deleted one that can be brought back, nobody puts for a node just now, and
 * nobody reads by a map of his own. Nothing is given back while the page map of a node cannot be
 * read.
 *
 * <p>Whoever holds pages is asked before and after the nodes: a page may pass from the one to the
 * other meanwhile.
 *
 * <p>Threading: any; one sweep at a time.
 */
final class Sweep {

  private final SessionChanges changes;
  private final SessionFiles files;
  private final NodeTree tree;
  private final HeldMaps held;
  private final ReentrantLock sweeping = new ReentrantLock();

  Sweep(SessionChanges changes, SessionFiles files, NodeTree tree, HeldMaps held) {
    this.changes = changes;
    this.files = files;
    this.tree = tree;
    this.held = held;
  }

  /** Bytes of the page store that were given back. */
  long run() throws SnapshotException {
    return changes.beside(
        () -> {
          sweeping.lock();
          try {
            long freed = 0;
            // No crash may bring a node back whose pages are gone.
            files.nodes().sync();
            try (PageClearing clearing = files.pages().beginClearing()) {
              Optional<NeededPages> needed = needed();
              if (needed.isPresent()) {
                freed = clearing.free(needed.get().references());
              }
            }
            boolean unused = changes.inTurn(this::dropMaps);
            return freed;
          } finally {
            sweeping.unlock();
          }
        });
  }

  /** Empty if the map of a node cannot be read. */
  private Optional<NeededPages> needed() throws SnapshotException {
    NeededPages needed = new NeededPages();
    held.tell(needed);
    Optional<BitSet> ofNodes = files.references(tree.withMaps());
    held.tell(needed);
    ofNodes.ifPresent(needed::references);
    return ofNodes.map(references -> needed);
  }

  /**
   * Room that the pages and states of some nodes take alone.
   *
   * @return bytes of data; 0 if the map of a node cannot be read
   */
  long bytesOf(Collection<NodeId> some) throws SnapshotException {
    List<NodeId> others = tree.withMaps().stream().filter(id -> !some.contains(id)).toList();
    Optional<BitSet> needed = files.references(others);
    Optional<BitSet> own = files.references(some.stream().sorted().toList());
    if (needed.isEmpty() || own.isEmpty()) {
      return 0;
    }
    own.get().andNot(needed.get());
    return files.pages().bytesOf(own.get())
        + some.stream().mapToLong(files.states()::bytesOf).sum();
  }

  /** A node that is being saved may be about to base its map on one of those. */
  private boolean dropMaps() throws SnapshotException {
    Set<NodeId> gone = tree.gone();
    boolean saving =
        tree.timeline().nodes().stream().anyMatch(node -> node.state() == NodeState.SAVING);
    if (!saving && !gone.isEmpty()) {
      tree.mapsDropped(files.dropMaps(gone, tree.withMaps()));
    }
    return !saving;
  }
}

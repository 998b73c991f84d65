package dev.marey.snapshot;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Deleted nodes, which can be brought back until the session closes.
 *
 * <p>Threading: any (in the session's changes); {@link #empty} when the session closes.
 */
final class Bin {

  private final SessionChanges changes;
  private final SessionFiles files;
  private final NodeTree tree;
  private final Removal removal;

  Bin(SessionChanges changes, SessionFiles files, NodeTree tree, Removal removal) {
    this.changes = changes;
    this.files = files;
    this.tree = tree;
    this.removal = removal;
  }

  void delete(NodeId id) throws SnapshotException {
    NodeId unused =
        changes.inTurn(
            () -> {
              Node node = tree.existing(id);
              checkDeletable(node);
              boolean failed = node.state() == NodeState.FAILED;
              if (failed) {
                removal.remove(Set.of(id));
              } else {
                tree.remove(id);
              }
              return id;
            });
  }

  private void checkDeletable(Node node) throws SnapshotException {
    if (node.state() == NodeState.SAVING) {
      throw new SnapshotException(
          "Could not delete "
              + node.id()
              + ": it is still being saved. Wait until it is complete.");
    }
    if (tree.livePosition().equals(Optional.of(node.id()))) {
      throw new SnapshotException(
          "Could not delete "
              + node.id()
              + ": the present runs on from it. Take a snapshot or go to another node first.");
    }
  }

  Node undo(NodeId id) throws SnapshotException {
    return changes.inTurn(
        () ->
            tree.bringBack(id)
                .orElseThrow(
                    () ->
                        new SnapshotException(
                            "Could not bring back "
                                + id
                                + ": it is not among the nodes deleted since the session"
                                + " was opened.")));
  }

  /**
   * Removes the nodes in it for good and gives the room of pages back that no node has. A disk that
   * is too full for a note may have room for it afterwards.
   */
  void empty() throws SnapshotException {
    Set<NodeId> gone = tree.deleted().stream().map(Node::id).collect(Collectors.toSet());
    // Asked now: nothing is known of what hung on a node once that is deleted.
    List<Node> moved = tree.hangingOn(gone);
    boolean noted = noteNow(moved);
    if (!gone.isEmpty()) {
      removal.delete(gone);
    }
    if (tree.hasLost() || files.pages().owesRoom()) {
      free();
    }
    dropLeftStates();
    if (!noted && gone.isEmpty()) {
      // Where the present stands is all there was to note, and that this failed was told before.
      boolean unused = noteNow(moved);
    } else if (!noted) {
      removal.note(moved);
    }
  }

  /** Those of nodes that a crash took before they were complete, or while they were removed. */
  private void dropLeftStates() {
    try {
      files.states().keepOnly(tree.withMaps());
    } catch (SnapshotException e) {
      // They take room alone, and the next closing tries again.
      return;
    }
  }

  private void closePages() {
    try {
      files.pages().close();
    } catch (SnapshotException e) {
      // The pages of every complete node were on disk before; what could not be written is of none.
      return;
    }
  }

  private boolean noteNow(List<Node> moved) {
    try {
      removal.note(moved);
      return true;
    } catch (SnapshotException e) {
      return false;
    }
  }

  /** Pages go when no crash can bring back a node that has them. */
  private void free() throws SnapshotException {
    files.nodes().sync();
    List<NodeId> remaining = tree.withMaps();
    Optional<BitSet> live = files.references(remaining);
    if (live.isPresent()) {
      closePages();
      files.pages().free(live.get());
    }
    files.keepOnlyMapsOf(remaining);
  }
}

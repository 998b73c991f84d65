package dev.marey.snapshot;

import dev.marey.snapshot.store.PageMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Takes nodes away for good. What hung on one of them hangs on the nearest ancestor that stays, and
 * that is on disk before the first of them goes: a crash leaves a tree, with some of them or none.
 * Their page maps stay, on which others may be based, and their pages: {@link Sweep} frees those.
 *
 * <p>Threading: the session's changes in turn, or its closing.
 */
final class Removal {

  private final SessionFiles files;
  private final NodeTree tree;
  private final SavedPresent present;

  Removal(SessionFiles files, NodeTree tree, SavedPresent present) {
    this.files = files;
    this.tree = tree;
    this.present = present;
  }

  /** Removes nodes of the timeline and deleted ones; durable when it returns. */
  void remove(Set<NodeId> gone) throws SnapshotException {
    note(tree.hangingOn(gone));
    delete(gone);
  }

  /**
   * Writes down what must be known of nodes that are about to go.
   *
   * @param moved what hangs on them, as it will be without them
   */
  void note(List<Node> moved) throws SnapshotException {
    // The next ids and lanes may follow from them alone.
    present.save();
    for (Node node : moved) {
      Node written = compared(node);
      if (written.state() == NodeState.FAILED) {
        files.nodes().saveFailed(written);
      } else if (written.state() != NodeState.SAVING) {
        files.nodes().saveParent(written);
      }
      tree.hang(written);
    }
  }

  /** Figures that compare a node with its parent are those of its new parent. */
  private Node compared(Node node) {
    if (node.figures().pagesChanged().isEmpty()) {
      return node;
    }
    OptionalInt changed = OptionalInt.empty();
    try {
      changed = OptionalInt.of(changed(node, files.maps().load(node.id())));
    } catch (SnapshotException e) {
      // Its own map or its parent's cannot be read; 'marey verify' says so.
    }
    return node.withFigures(node.figures().withPagesChanged(changed));
  }

  private int changed(Node node, PageMap map) throws SnapshotException {
    return files.changed(node.parent().filter(tree::hasMap), map);
  }

  /** Deletes their files. */
  void delete(Set<NodeId> gone) throws SnapshotException {
    for (NodeId id : gone) {
      files.delete(id);
    }
    files.nodes().sync();
    tree.removeForGood(gone);
  }
}

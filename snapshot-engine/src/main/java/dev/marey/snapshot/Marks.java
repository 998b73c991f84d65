package dev.marey.snapshot;

import java.util.function.UnaryOperator;

/**
 * What people write on nodes: label, note, tags and pin.
 *
 * <p>Threading: any (in the session's changes).
 */
final class Marks {

  private final SessionChanges changes;
  private final SessionFiles files;
  private final NodeTree tree;

  Marks(SessionChanges changes, SessionFiles files, NodeTree tree) {
    this.changes = changes;
    this.files = files;
    this.tree = tree;
  }

  Node rename(NodeId id, String label) throws SnapshotException {
    return mark(id, node -> node.withMarks(label.strip(), node.note(), node.pinned()));
  }

  Node note(NodeId id, String note) throws SnapshotException {
    return mark(id, node -> node.withMarks(node.label(), note, node.pinned()));
  }

  Node tag(NodeId id, Tags tags) throws SnapshotException {
    return mark(id, node -> node.withTags(tags));
  }

  Node pin(NodeId id, boolean pinned) throws SnapshotException {
    return mark(id, node -> node.withMarks(node.label(), node.note(), pinned));
  }

  private Node mark(NodeId id, UnaryOperator<Node> change) throws SnapshotException {
    return changes.inTurn(
        () -> {
          Node marked = change.apply(tree.existing(id));
          // A node that is being saved takes its marks along when it becomes complete.
          if (tree.isStored(id)) {
            files.nodes().saveMarks(marked);
          } else if (marked.state() == NodeState.FAILED) {
            files.nodes().saveFailed(marked);
          }
          return tree.change(id, change).orElse(marked);
        });
  }
}

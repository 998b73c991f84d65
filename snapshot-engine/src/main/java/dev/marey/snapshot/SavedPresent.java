package dev.marey.snapshot;

import dev.marey.snapshot.session.SessionFolder;
import java.util.Optional;

/**
 * Where the present is, as the next opening will find it.
 *
 * <p>Threading: the session's changes in turn.
 */
final class SavedPresent {

  private final SessionFolder folder;
  private final NodeTree tree;
  private Optional<NodeId> saved = Optional.empty();

  SavedPresent(SessionFolder folder, NodeTree tree) {
    this.folder = folder;
    this.tree = tree;
  }

  /** Durable when it returns. */
  void save() throws SnapshotException {
    SessionFolder.Present present = tree.present();
    folder.savePresent(present);
    saved = present.parent();
  }

  /** The same, unless the disk has the node already; the next ids follow from the nodes then. */
  void saveIfMoved() throws SnapshotException {
    if (!tree.present().parent().equals(saved)) {
      save();
    }
  }
}

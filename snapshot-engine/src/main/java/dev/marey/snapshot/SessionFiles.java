package dev.marey.snapshot;

import dev.marey.snapshot.session.NodeFiles;
import dev.marey.snapshot.session.PageMapFiles;
import dev.marey.snapshot.session.SessionFolder;
import dev.marey.snapshot.session.StateFiles;
import dev.marey.snapshot.session.Transcripts;
import dev.marey.snapshot.store.PageStore;

/**
 * What an open session has on disk.
 *
 * <p>Threading: immutable; each part says its own.
 */
record SessionFiles(
    SessionFolder folder,
    PageStore pages,
    NodeFiles nodes,
    PageMapFiles maps,
    StateFiles states,
    Transcripts transcripts)
    implements AutoCloseable {

  /** Opens the files in a folder, which is closed with them. */
  static SessionFiles open(SessionFolder folder) throws SnapshotException {
    return new SessionFiles(
        folder,
        PageStore.open(folder.path().resolve("pages"), folder.id()),
        new NodeFiles(folder),
        new PageMapFiles(folder),
        new StateFiles(folder),
        new Transcripts(folder));
  }

  /** Deletes a node's files, except the page map, on which others may be based. */
  void delete(NodeId id) throws SnapshotException {
    nodes.delete(id);
    states.delete(id);
  }

  long sizeBytes() {
    return folder.files().bytes() + pages.fileBytes();
  }

  @Override
  public void close() throws SnapshotException {
    try {
      transcripts.close();
    } finally {
      try {
        pages.close();
      } finally {
        folder.close();
      }
    }
  }
}

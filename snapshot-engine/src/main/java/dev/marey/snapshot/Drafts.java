package dev.marey.snapshot;

import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateDescription;
import dev.marey.snapshot.session.NodeFiles;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Nodes that are being saved: how they begin and how they end. The first end counts; one that comes
 * later finds the node ended.
 *
 * <p>Threading: any (in the session's changes).
 */
final class Drafts {

  private final SessionChanges changes;
  private final SessionFiles files;
  private final NodeTree tree;
  private final SavedPresent present;
  private final SessionNews news;

  Drafts(
      SessionChanges changes,
      SessionFiles files,
      NodeTree tree,
      SavedPresent present,
      SessionNews news) {
    this.changes = changes;
    this.files = files;
    this.tree = tree;
    this.present = present;
    this.news = news;
  }

  /** Waits for memory alone, not for the disk's sync. */
  NodeDraft begin(Optional<NodeId> parent, NodeTree.Beginning beginning) throws SnapshotException {
    return changes.beside(
        () -> {
          Node node = tree.begin(parent, beginning);
          try {
            files.nodes().saveBegun(node);
          } catch (SnapshotException e) {
            // Only the naming of its loss depends on this file; a full disk shows itself when pages
            // are put, with a better chance to say so.
            news.addProblem(
                "The start of node " + node.id() + " could not be noted: " + e.getMessage());
          }
          return new NodeDraft(this, node);
        });
  }

  /** Begins a node as another session has it, with its id, which must be higher than all here. */
  NodeDraft beginAgain(Node like, Node.ConsoleOffset console) throws SnapshotException {
    tree.skipTo(like.id());
    return begin(
        like.parent(),
        (id, lane) -> {
          if (!id.equals(like.id())) {
            throw new IllegalArgumentException("like is not newer than " + id + ": " + like.id());
          }
          return new Node(
              id,
              like.parent(),
              like.label(),
              like.note(),
              like.pinned(),
              like.tags(),
              like.origin(),
              NodeState.SAVING,
              "",
              like.takenAt(),
              like.guestTime(),
              like.runState(),
              lane,
              console,
              CaptureFigures.NONE);
        });
  }

  /** The node as the timeline has it; as it began if it was dismissed. */
  Node node(Node begun) {
    return tree.timeline().find(begun.id()).orElse(begun);
  }

  Node complete(
      Node begun,
      NodeMaps maps,
      DeviceState deviceState,
      Optional<StateDescription> description,
      CaptureFigures figures)
      throws SnapshotException {
    NodeId id = begun.id();
    return changes.beside(
        () -> {
          checkSaving(id);
          try {
            files.pages().force();
            files.transcripts().force();
            if (description.isPresent()) {
              files.states().saveShape(description.get());
            }
            files.states().save(id, deviceState);
            int highestRef = files.save(id, maps, tree.basis(id));
            Optional<String> shape = description.map(StateDescription::digest);
            return changes.inTurn(() -> complete(id, maps, figures, shape, highestRef));
          } catch (SnapshotException e) {
            changes.inTurn(() -> giveUp(begun, e));
            throw e;
          }
        });
  }

  private Node complete(
      NodeId id, NodeMaps maps, CaptureFigures known, Optional<String> shape, int highestRef)
      throws SnapshotException {
    CaptureFigures figures = known.withPagesChanged(pagesChanged(id, maps));
    Node complete = checkSaving(id).withState(NodeState.COMPLETE, "").withFigures(figures);
    files.nodes().saveComplete(new NodeFiles.Stored(tree.asWritten(complete), shape, highestRef));
    tree.complete(complete, shape);
    // The node is durable: what fails from here on does not make it less so.
    orProblem(id, () -> files.nodes().forgetBegun(id));
    orProblem(id, present::saveIfMoved);
    return complete;
  }

  /** Empty if the map of the node before cannot be read, which hurts that node alone. */
  private OptionalInt pagesChanged(NodeId id, NodeMaps maps) {
    try {
      return OptionalInt.of(files.changed(tree.basis(id), maps.ram()));
    } catch (SnapshotException e) {
      return OptionalInt.empty();
    }
  }

  private interface Note {
    void make() throws SnapshotException;
  }

  private void orProblem(NodeId id, Note note) {
    try {
      note.make();
    } catch (SnapshotException e) {
      news.addProblem(
          "Node " + id + " is saved, but that it is could not be noted: " + e.getMessage());
    }
  }

  private Node giveUp(Node begun, SnapshotException cause) {
    Node failed = failInTurn(begun, cause.getMessage());
    if (tree.timeline().find(begun.id()).isEmpty()) {
      // It was dismissed while its state was being written.
      try {
        files.states().delete(begun.id());
      } catch (SnapshotException e) {
        cause.addSuppressed(e);
      }
    }
    return failed;
  }

  private Node checkSaving(NodeId id) throws SnapshotException {
    Optional<Node> node = tree.timeline().find(id);
    if (node.isEmpty() || node.get().state() == NodeState.FAILED) {
      String why = node.map(failed -> " (" + failed.reason() + ")").orElse("");
      throw new SnapshotException(
          "Could not complete node "
              + id
              + ": it was given up before"
              + why
              + ". Take another snapshot.");
    }
    if (node.get().state() != NodeState.SAVING) {
      throw new IllegalStateException("node is not being saved: " + id);
    }
    return node.get();
  }

  Node fail(Node begun, String reason) {
    try {
      return changes.inTurn(() -> failInTurn(begun, reason));
    } catch (SnapshotException e) {
      // The session was closed, and the node lost with it.
      return ended(begun, reason);
    }
  }

  private Node failInTurn(Node begun, String reason) {
    Node failed = ended(begun, reason);
    if (node(begun).state() == NodeState.SAVING && tree.timeline().find(begun.id()).isPresent()) {
      tree.fail(failed);
      try {
        files.nodes().saveFailed(failed);
      } catch (SnapshotException e) {
        news.addProblem(
            "The failure of node " + begun.id() + " could not be noted: " + e.getMessage());
      }
    }
    return failed;
  }

  /** The node as it ended, or as it ends with this reason. */
  private Node ended(Node begun, String reason) {
    Node now = node(begun);
    return now.state() == NodeState.SAVING ? now.withState(NodeState.FAILED, reason) : now;
  }
}

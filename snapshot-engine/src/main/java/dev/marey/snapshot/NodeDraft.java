package dev.marey.snapshot;

import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateDescription;
import dev.marey.snapshot.store.PageMap;
import java.util.Optional;

/**
 * A node that is being saved. Ends with {@link #complete} or {@link #fail}, once.
 *
 * <p>Threading: any; ending it takes the session's locks and syncs the disk.
 */
public final class NodeDraft {

  private final Session session;
  private final NodeId id;

  NodeDraft(Session session, NodeId id) {
    this.session = session;
    this.id = id;
  }

  public NodeId id() {
    return id;
  }

  /** The node as it is shown while it is saved, label changes of people included. */
  public Node node() {
    return session.timeline().find(id).orElseThrow();
  }

  /**
   * Makes the node complete and durable: pages, page map, device state, then its own file.
   *
   * @param pageMap all of its RAM; every page of it was put into the session's page store
   * @param description names of the fields of the device state, if known
   * @return the complete node
   * @throws SnapshotException if the disk refused; the node is failed then
   */
  public Node complete(
      PageMap pageMap,
      DeviceState deviceState,
      Optional<StateDescription> description,
      CaptureFigures figures)
      throws SnapshotException {
    return session.complete(id, pageMap, deviceState, description, figures);
  }

  /**
   * Gives the node up. It stays in the timeline as a mark until dismissed.
   *
   * @param reason what happened, in plain words
   */
  public Node fail(String reason) {
    return session.fail(id, reason);
  }
}

package dev.marey.snapshot;

import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateDescription;
import java.util.Optional;

/**
 * A node that is being saved. Ends with {@link #complete} or {@link #fail}; whichever comes first
 * counts.
 *
 * <p>Threading: any; ending it takes the session's locks and syncs the disk.
 */
public final class NodeDraft {

  private final Drafts drafts;
  private final Node begun;

  NodeDraft(Drafts drafts, Node begun) {
    this.drafts = drafts;
    this.begun = begun;
  }

  public NodeId id() {
    return begun.id();
  }

  /** The node as it is shown while it is saved, label changes of people included. */
  public Node node() {
    return drafts.node(begun);
  }

  /**
   * Makes the node complete and durable: pages, page map, device state, then its own file.
   *
   * @param maps all of its RAM and disks; every page of them was put into the session's page store
   * @param description names of the fields of the device state, if known
   * @return the complete node
   * @throws SnapshotException if the disk refused, and the node is failed then; or if it was given
   *     up before, or the session closed
   */
  public Node complete(
      NodeMaps maps,
      DeviceState deviceState,
      Optional<StateDescription> description,
      CaptureFigures figures)
      throws SnapshotException {
    return drafts.complete(begun, maps, deviceState, description, figures);
  }

  /**
   * Gives the node up unless it has ended. It stays in the timeline as a mark until dismissed.
   *
   * @param reason what happened, in plain words
   * @return the node as it ended
   */
  public Node fail(String reason) {
    return drafts.fail(begun, reason);
  }
}

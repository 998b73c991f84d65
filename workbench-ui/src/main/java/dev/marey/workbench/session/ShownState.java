package dev.marey.workbench.session;

import dev.marey.machine.RunState;
import dev.marey.machine.state.StateTree;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.SnapshotException;
import dev.marey.workbench.shown.ShownViewModel;
import java.util.Optional;

/**
 * Whose device state is shown: the selected node's, or the live guest's while it stands still. Two
 * that are equal have the same state.
 *
 * @param node the selected node; empty while the live guest is shown
 * @param readable whether there is a state to read now
 * @param running whether the live guest is shown and runs
 * @param base of a live guest that stands still, the node it came from
 * @param ran and whether it ran since
 * @param resets and how often it was reset
 */
public record ShownState(
    Optional<NodeId> node,
    boolean readable,
    boolean running,
    Optional<NodeId> base,
    boolean ran,
    int resets) {

  /** What is shown now. */
  public static ShownState of(ShownViewModel shown, SessionViewModel live) {
    Optional<Node> node = shown.shownNode();
    if (node.isPresent()) {
      NodeState state = node.get().state();
      boolean readable = state == NodeState.COMPLETE || state == NodeState.DAMAGED;
      return new ShownState(node.map(Node::id), readable, false, Optional.empty(), false, 0);
    }
    LiveSample sample = live.liveProperty().get();
    RunState state = sample.runState();
    if (state == RunState.PAUSED || state == RunState.CRASHED) {
      int resets = live.resetsProperty().get();
      return new ShownState(Optional.empty(), true, false, sample.base(), sample.differs(), resets);
    }
    boolean running = state == RunState.RUNNING;
    return new ShownState(Optional.empty(), false, running, Optional.empty(), false, 0);
  }

  /** For headers: {@code at S12}, or {@code of the paused guest}. */
  public String where() {
    return node.map(id -> " at " + id).orElse(readable ? " of the paused guest" : "");
  }

  /** For sentences: {@code S12}, or {@code the paused guest}. */
  public String whose() {
    return node.map(NodeId::toString).orElse("the paused guest");
  }

  /** Reads it, which takes a while; gives nothing when the guest runs again by then. */
  public Optional<StateTree> read(OpenSession session)
      throws SnapshotException, InterruptedException {
    return node.isPresent() ? Optional.of(session.stateOf(node.get())) : session.liveState();
  }
}

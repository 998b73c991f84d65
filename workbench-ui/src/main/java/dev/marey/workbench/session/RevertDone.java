package dev.marey.workbench.session;

import dev.marey.snapshot.NodeId;
import java.time.Duration;
import java.util.Optional;

/**
 * A revert that happened.
 *
 * @param target where the guest is now
 * @param kept the node that keeps what was the present, if it had to be kept
 * @param runningAfter how long it took until the guest ran again
 */
public record RevertDone(NodeId target, Optional<NodeId> kept, Duration runningAfter) {}

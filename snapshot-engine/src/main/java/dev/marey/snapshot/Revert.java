package dev.marey.snapshot;

import java.time.Duration;
import java.util.Optional;

/**
 * A revert that was done.
 *
 * @param target the node that is now live
 * @param left the node that was live before, if any
 * @param kept the node made of the present, if the guest had run since its last one
 * @param way how the state was loaded
 * @param running from the moment the present was safe until the guest could run again
 * @param pagesDiffering pages in which present and target differ
 * @param pagesPutBack of those, how many were written back at once; the others are loaded when
 *     touched or ahead of that
 */
public record Revert(
    NodeId target,
    Optional<NodeId> left,
    Optional<NodeId> kept,
    RevertWay way,
    Duration running,
    int pagesDiffering,
    int pagesPutBack) {}

package dev.marey.workbench.shown;

import dev.marey.snapshot.NodeId;
import java.util.Optional;

/**
 * Two nodes to compare.
 *
 * @param a before
 * @param b after
 * @param chosen whether a person set both; otherwise {@code a} is the parent of the shown node
 * @param commonAncestor the node both ran on from, when neither is an ancestor of the other
 */
public record Comparison(NodeId a, NodeId b, boolean chosen, Optional<NodeId> commonAncestor) {}

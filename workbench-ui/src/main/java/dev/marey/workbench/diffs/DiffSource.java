package dev.marey.workbench.diffs;

import dev.marey.snapshot.NodeId;
import dev.marey.workbench.tasks.Progress;

/** Finds out what differs between two complete nodes; called on a background thread. */
@FunctionalInterface
public interface DiffSource<T> {

  T diff(NodeId a, NodeId b, Progress progress) throws Exception;
}

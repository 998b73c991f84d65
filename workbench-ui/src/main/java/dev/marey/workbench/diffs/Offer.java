package dev.marey.workbench.diffs;

import dev.marey.snapshot.NodeId;

/** What an empty diff view offers to fill itself with. */
public sealed interface Offer {

  /** Nothing to do but wait or select. */
  record Nothing() implements Offer {}

  /** The first node. */
  record FirstSnapshot() implements Offer {}

  /** A node of the present, compared with this one. */
  record CompareWithNow(NodeId node) implements Offer {}
}

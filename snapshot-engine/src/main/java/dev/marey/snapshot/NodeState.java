package dev.marey.snapshot;

/** How far a node is to be trusted. */
public enum NodeState {
  /** Its pages are still being stored; a crash now loses this node and no other. */
  SAVING,
  /** Everything is on disk and synced. */
  COMPLETE,
  /** The capture did not finish; stays as a mark with its reason until dismissed. */
  FAILED,
  /** Stored, but a checksum or a file is wrong. */
  DAMAGED
}

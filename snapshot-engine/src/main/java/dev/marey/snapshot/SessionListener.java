package dev.marey.snapshot;

/**
 * Told what changes in a {@link Session}.
 *
 * <p>Threading: one call at a time, in the order of the changes, by one of the threads that make
 * changes, holding no lock of the session; must return soon and may call the session.
 */
public interface SessionListener {

  default void nodeAdded(Node node) {}

  /** The node with this id has other contents now. */
  default void nodeChanged(Node node) {}

  default void nodeRemoved(Node node) {}

  /** Something a person should know; a sentence or two in plain words. */
  default void problem(String text) {}
}

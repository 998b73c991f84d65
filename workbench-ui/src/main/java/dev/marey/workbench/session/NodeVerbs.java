package dev.marey.workbench.session;

import dev.marey.snapshot.NodeExport;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Tags;
import java.nio.file.Path;

/** What a person can do with a node. All return at once. Threading: fx. */
public interface NodeVerbs {

  /** Whether there is a guest that can stand at a node. */
  boolean hasGuest();

  /**
   * Makes the node the present.
   *
   * @param invertRunState pause if the guest was running, run if it was paused
   */
  void revert(NodeId node, boolean invertRunState);

  /** Makes the present a node unless it is one, shows it, and compares this node with it. */
  void compareWithNow(NodeId node);

  void rename(NodeId node, String label);

  void note(NodeId node, String text);

  /** Gives the node these tags and no others. */
  void tag(NodeId node, Tags tags);

  /** Writes the node into a file that must not be there yet. */
  void export(NodeId node, NodeExport.Form form, Path file);

  void pin(NodeId node, boolean pinned);

  /** Undoable until the window closes. */
  void delete(NodeId node);
}

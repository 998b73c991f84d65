package dev.marey.snapshot;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps a live session small while nodes are taken by themselves: thins them, and gives room back
 * now and then, because that costs a look at every node.
 *
 * <p>Threading: the one that takes automatic nodes; only the thinning itself is a turn of the
 * conductor.
 */
final class Upkeep {

  private static final int NODES_PER_SWEEP = 16;

  private final Session session;
  private final Thinner thinner;
  private int goneSinceSweep;

  /** Thins the live session when its turn comes; gives the nodes that are gone. */
  @FunctionalInterface
  interface Thinner {
    CompletableFuture<List<NodeId>> thin(ThinningRule rule);
  }

  Upkeep(Session session, Thinner thinner) {
    this.session = session;
    this.thinner = thinner;
  }

  /** To be called after each automatic node. */
  void thin() throws SnapshotException {
    goneSinceSweep += thinner.thin(ThinningRule.STANDARD).join().size();
    if (goneSinceSweep >= NODES_PER_SWEEP) {
      sweep();
    }
  }

  private void sweep() throws SnapshotException {
    long unused = session.giveRoomBack();
    goneSinceSweep = 0;
  }
}

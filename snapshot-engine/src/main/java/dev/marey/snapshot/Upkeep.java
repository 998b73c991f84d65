package dev.marey.snapshot;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Keeps a live session small while nodes are taken by themselves: thins them, and gives room back
 * now and then, because that costs a look at every node.
 *
 * <p>Threading: the one that takes automatic nodes; only the thinning itself is a turn of the
 * conductor.
 */
final class Upkeep {

  private static final int NODES_PER_SWEEP = 16;

  /** So many times the rule is made harder; then it leaves one node of weeks. */
  static final int STEPS = 6;

  private final Session session;
  private final Thinner thinner;
  private final Consumer<String> problems;
  private int goneSinceSweep;
  private String told = "";

  /** Thins the live session when its turn comes; gives the nodes that are gone. */
  @FunctionalInterface
  interface Thinner {
    CompletableFuture<List<NodeId>> thin(ThinningRule rule);
  }

  Upkeep(Session session, Thinner thinner, Consumer<String> problems) {
    this.session = session;
    this.thinner = thinner;
    this.problems = problems;
  }

  /** To be called after each automatic node. What fails here stops no node; it is told once. */
  void thin() {
    try {
      goneSinceSweep += thinner.thin(ThinningRule.STANDARD).join().size();
      if (goneSinceSweep >= NODES_PER_SWEEP) {
        sweep();
      }
    } catch (SnapshotException e) {
      tell(e);
    } catch (CompletionException | CancellationException e) {
      tell(e.getCause() == null ? e : e.getCause());
    }
  }

  private void tell(Throwable cause) {
    String why = String.valueOf(cause.getMessage());
    if (!why.equals(told)) {
      told = why;
      problems.accept("Older automatic nodes could not be thinned out: " + why);
    }
  }

  /**
   * At the session's budget, thins harder and harder until a tenth of it is free.
   *
   * @return whether the session takes less than its budget now
   */
  boolean makeRoom() throws SnapshotException {
    if (session.sizeBytes() < session.budgetBytes()) {
      return true;
    }
    sweep();
    ThinningRule rule = ThinningRule.STANDARD;
    for (int step = 0;
        step < STEPS && session.sizeBytes() >= session.budgetBytes() / 10 * 9;
        step++) {
      rule = rule.harder();
      if (!thinner.thin(rule).join().isEmpty()) {
        sweep();
      }
    }
    return session.sizeBytes() < session.budgetBytes();
  }

  /** What to tell when {@link #makeRoom} has not helped. */
  String whyFull() {
    return String.format(
        Locale.ROOT,
        "the session takes %,d MB of its budget of %,d MB, and no more of them can be thinned out."
            + " Raise the budget, or delete nodes and open the session again; then switch them on"
            + " again. Snapshots that you take yourself still work.",
        session.sizeBytes() / 1_000_000,
        session.budgetBytes() / 1_000_000);
  }

  private void sweep() throws SnapshotException {
    long unused = session.giveRoomBack();
    goneSinceSweep = 0;
  }
}

package dev.marey.snapshot.capture;

import java.util.BitSet;

/**
 * Pages that were to be saved for a node which then failed. They may be armed and unchanged, but no
 * stored node has their content, so the next capture takes them along.
 *
 * <p>Threading: any (lock: this).
 */
public final class UnstoredPages {

  private final BitSet pages = new BitSet();
  private int generation;

  /** Which RAM it is, counted up whenever RAM becomes that of another instant. */
  synchronized int generation() {
    return generation;
  }

  /** Pages of a capture that has failed, unless RAM has become another one since it was begun. */
  public synchronized void add(Capture failed) {
    if (failed.generation() == generation) {
      for (int page : failed.pages()) {
        pages.set(page);
      }
    }
  }

  /** Moves all of them into {@code target}. */
  public synchronized void drainTo(BitSet target) {
    target.or(pages);
    pages.clear();
  }

  /** Adds all of them to {@code target}. */
  public synchronized void copyTo(BitSet target) {
    target.or(pages);
  }

  /** RAM is that of a node from now on, whatever was to be saved before. */
  public synchronized void clear() {
    generation++;
    pages.clear();
  }

  public synchronized boolean isEmpty() {
    return pages.isEmpty();
  }
}

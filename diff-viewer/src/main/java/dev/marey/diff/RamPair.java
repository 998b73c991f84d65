package dev.marey.diff;

import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.SnapshotException;

/**
 * RAM of two instants of one guest. Two nodes know from their page maps which pages differ; a node
 * and the paused machine have to look at the pages written since. May be asked from any thread.
 */
public interface RamPair {

  /** Pages in either; both have the same number. */
  int pageCount();

  RamLayout layout();

  /** Names every page that differs, once, in ascending order, without reading stored pages. */
  void forEachDifference(DifferenceVisitor visitor) throws SnapshotException;

  /**
   * Reads one page.
   *
   * @param into filled whole, {@link PageNumber#PAGE_BYTES} long
   */
  void readPage(Side side, PageNumber page, byte[] into) throws SnapshotException;

  /** The same comparison with A and B exchanged. */
  default RamPair swapped() {
    return new SwappedRam(this);
  }

  /** Receives differing pages. */
  @FunctionalInterface
  interface DifferenceVisitor {
    /**
     * Takes one page.
     *
     * @param page index of the page in the RAM block
     * @param zeroInA the page holds nothing but zeroes in A
     * @param zeroInB the page holds nothing but zeroes in B
     */
    void differs(int page, boolean zeroInA, boolean zeroInB);
  }
}

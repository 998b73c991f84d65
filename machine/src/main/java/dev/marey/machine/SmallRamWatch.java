package dev.marey.machine;

import java.util.BitSet;

/**
 * Sees which pages of QEMU's own memory are written; a userfaultfd can.
 *
 * <p>Threading: one thread.
 */
public interface SmallRamWatch {

  /**
   * Sees every write from now on.
   *
   * @param hostAddress in QEMU's address space, at a page
   * @param lengthBytes whole pages, all of them populated
   * @return the number of this range
   */
  int watch(long hostAddress, long lengthBytes) throws MachineException;

  /** Pages written since the range was last taken, by their number in it. */
  BitSet written(int range) throws MachineException;

  /** The same; from now on they count as not written. */
  BitSet takeWritten(int range) throws MachineException;
}

package dev.marey.snapshot.revert;

import dev.marey.machine.GuestRam;
import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.machine.PageSpan;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.NativeMemory;
import java.io.IOException;
import java.util.BitSet;

/**
 * Makes the RAM of a machine that stands still that of a node: few differing pages are written back
 * at once, many are dropped and become absent.
 *
 * <p>Threading: one thread, while no loader runs.
 */
public final class RamRestore {

  private final GuestRam ram;
  private final PageStore store;
  private final AbsentPages absent;

  public RamRestore(GuestRam ram, PageStore store, AbsentPages absent) {
    this.ram = ram;
    this.store = store;
    this.absent = absent;
  }

  /**
   * What {@link #restore} did.
   *
   * @param differing pages in which RAM differed from the target
   * @param putBack of those, pages written back at once
   */
  public record Restored(int differing, int putBack) {}

  /**
   * Goes to {@code target}.
   *
   * @param differing pages in which RAM as it now is may differ from {@code target}
   * @param putBackAtMost up to this many present pages are written at once; above it they are
   *     dropped
   */
  public Restored restore(BitSet differing, PageMap target, int putBackAtMost)
      throws SnapshotException {
    int count = differing.cardinality();
    BitSet present = new BitSet();
    BitSet holes = new BitSet();
    for (int page = differing.nextSetBit(0); page >= 0; page = differing.nextSetBit(page + 1)) {
      (absent.contains(page) ? holes : present).set(page);
    }
    absent.setSource(target);
    // One that a fill has failed on may be there all the same.
    drop(holes, target);
    int presentCount = present.cardinality();
    if (presentCount <= putBackAtMost) {
      putBack(present, target);
      return new Restored(count, presentCount);
    }
    drop(present, target);
    return new Restored(count, 0);
  }

  /** Writes the target's content into pages that are present. */
  public void putBack(BitSet pages, PageMap target) throws SnapshotException {
    try (NativeMemory buffer = NativeMemory.allocate(PageNumber.PAGE_BYTES)) {
      for (int page = pages.nextSetBit(0); page >= 0; page = pages.nextSetBit(page + 1)) {
        store.read(target.refOf(page), buffer.address());
        ram.write(page, 1, buffer.address());
      }
    } catch (MachineException | IOException e) {
      throw new SnapshotException("Putting guest memory back failed: " + e.getMessage(), e);
    }
  }

  private void drop(BitSet pages, PageMap target) throws SnapshotException {
    try {
      int from = pages.nextSetBit(0);
      while (from >= 0) {
        int to = pages.nextClearBit(from);
        for (int page = from; page < to; page++) {
          if (target.refOf(page) != PageMap.ZERO_PAGE) {
            absent.add(page);
          } else {
            boolean unused = absent.noteFilled(page);
          }
        }
        ram.punch(PageSpan.of(from, to - from));
        from = pages.nextSetBit(to);
      }
    } catch (MachineException e) {
      throw new SnapshotException("Dropping guest memory failed: " + e.getMessage(), e);
    }
  }

  /** For a machine whose RAM is empty: everything that is not zero in {@code target} is absent. */
  public int allAbsent(PageMap target) {
    absent.setSource(target);
    int[] count = new int[1];
    target.forEachStored(
        (page, ref) -> {
          absent.add(page);
          count[0]++;
        });
    return count[0];
  }

  /** Pages whose references differ. */
  public static BitSet differences(PageMap a, PageMap b) {
    BitSet pages = new BitSet();
    a.forEachDifference(b, (page, refA, refB) -> pages.set(page));
    return pages;
  }
}

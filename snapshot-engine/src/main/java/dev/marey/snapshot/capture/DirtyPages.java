package dev.marey.snapshot.capture;

import dev.marey.machine.PageSpan;
import dev.marey.uffd.NativeIoException;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The pages written in the current epoch. Most of them are writable; some may have been armed again
 * ahead of the next switch of epochs, so that little is left to arm in the pause. Until they are
 * armed for the first time every page is writable, and those that are there may have been written.
 *
 * <p>Threading: in a turn of the fault loop; {@link #count} any.
 */
final class DirtyPages {

  /** Pages between two runs that are armed with them, because a call costs as much. */
  private static final int GAP = 8;

  private final BitSet writable;
  private final BitSet armedAgain;
  private final int pageCount;
  private final AtomicInteger count = new AtomicInteger();

  /** Pages from here on have never been armed. */
  private int unarmedFrom;

  /** Write-protects a run of pages. */
  @FunctionalInterface
  interface Armer {
    void arm(int firstPage, int pageCount) throws NativeIoException;
  }

  DirtyPages(int pageCount) {
    this.pageCount = pageCount;
    this.writable = new BitSet(pageCount);
    this.armedAgain = new BitSet(pageCount);
  }

  /** A page is about to become writable. */
  void add(int page) {
    if (!writable.get(page)) {
      writable.set(page);
      if (!armedAgain.get(page)) {
        count.incrementAndGet();
      }
    }
  }

  /** Whether a write to the page is not seen any more in this epoch. */
  boolean isWritable(int page) {
    return writable.get(page);
  }

  /** Whether there are writes that are not seen yet, so that what is there counts as written. */
  boolean everythingWritable() {
    return unarmedFrom < pageCount;
  }

  void addAll(List<PageSpan> spans) {
    for (PageSpan span : spans) {
      armedAgain.set(span.first().index(), span.endIndex());
    }
  }

  void takeAlong(UnstoredPages unstored) {
    unstored.drainTo(armedAgain);
  }

  BitSet copy() {
    BitSet all = (BitSet) armedAgain.clone();
    all.or(writable);
    return all;
  }

  /** Ascending. */
  int[] list() {
    BitSet pages = copy();
    int[] listed = new int[pages.cardinality()];
    int at = pages.nextSetBit(0);
    for (int i = 0; i < listed.length; i++) {
      listed[i] = at;
      at = pages.nextSetBit(at + 1);
    }
    return listed;
  }

  /**
   * Arms some of what is writable, which stays dirty: less is left to do in the pause.
   *
   * @param from where to go on
   * @param most pages at most, or runs
   * @return where to go on next, {@link #pageCount} pages if nothing is left
   */
  int armAhead(int from, int most, Armer armer) throws NativeIoException {
    if (everythingWritable()) {
      int pages = Math.min(most, pageCount - unarmedFrom);
      armer.arm(unarmedFrom, pages);
      armedAgain.or(writable);
      writable.clear(unarmedFrom, unarmedFrom + pages);
      unarmedFrom += pages;
      return unarmedFrom;
    }
    int left = most;
    int at = writable.nextSetBit(from);
    while (at >= 0 && left > 0) {
      int to = Math.min(endOfRun(at), at + left);
      armer.arm(at, to - at);
      moveToArmedAgain(at, to);
      left -= to - at;
      at = writable.nextSetBit(to);
    }
    return at < 0 ? pageCount : at;
  }

  private void moveToArmedAgain(int from, int to) {
    for (int page = writable.nextSetBit(from);
        page >= 0 && page < to;
        page = writable.nextSetBit(page + 1)) {
      armedAgain.set(page);
    }
    writable.clear(from, to);
  }

  /** Behind the last of the writable pages from {@code at} on that are close together. */
  private int endOfRun(int at) {
    int end = writable.nextClearBit(at);
    while (true) {
      int next = writable.nextSetBit(end);
      if (next < 0 || next - end > GAP) {
        return end;
      }
      end = writable.nextClearBit(next);
    }
  }

  /**
   * Arms what is writable, in runs; nothing is dirty afterwards. If it fails, everything is as
   * dirty as it was.
   */
  void arm(Armer armer) throws NativeIoException {
    int at = writable.nextSetBit(0);
    while (at >= 0 && at < unarmedFrom) {
      int to = Math.min(endOfRun(at), unarmedFrom);
      armer.arm(at, to - at);
      at = writable.nextSetBit(to);
    }
    if (everythingWritable()) {
      armer.arm(unarmedFrom, pageCount - unarmedFrom);
      unarmedFrom = pageCount;
    }
    writable.clear();
    armedAgain.clear();
    count.set(0);
  }

  int pageCount() {
    return pageCount;
  }

  /** Pages that were seen to be written. */
  int count() {
    return count.get();
  }
}

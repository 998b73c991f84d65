package dev.marey.snapshot.capture;

import dev.marey.machine.PageSpan;
import dev.marey.uffd.NativeIoException;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The pages written in the current epoch: those that are writable. Until they are armed for the
 * first time every page is writable, and those that are there may have been written.
 *
 * <p>Threading: the fault loop; {@link #count} any.
 */
final class DirtyPages {

  private final BitSet pages;
  private final int pageCount;
  private final AtomicInteger count = new AtomicInteger();
  private boolean everythingWritable = true;

  /** Write-protects a run of pages. */
  @FunctionalInterface
  interface Armer {
    void arm(int firstPage, int pageCount) throws NativeIoException;
  }

  DirtyPages(int pageCount) {
    this.pageCount = pageCount;
    this.pages = new BitSet(pageCount);
  }

  /** A page is about to become writable. */
  void add(int page) {
    if (!pages.get(page)) {
      pages.set(page);
      count.incrementAndGet();
    }
  }

  /** Whether writes are not seen yet, so that what is there counts as written. */
  boolean everythingWritable() {
    return everythingWritable;
  }

  void addAll(List<PageSpan> spans) {
    for (PageSpan span : spans) {
      pages.set(span.first().index(), span.endIndex());
    }
  }

  void takeAlong(UnstoredPages unstored) {
    unstored.drainTo(pages);
  }

  BitSet copy() {
    return (BitSet) pages.clone();
  }

  /** Ascending. */
  int[] list() {
    int[] listed = new int[pages.cardinality()];
    int at = pages.nextSetBit(0);
    for (int i = 0; i < listed.length; i++) {
      listed[i] = at;
      at = pages.nextSetBit(at + 1);
    }
    return listed;
  }

  /**
   * Arms what is writable, in runs; nothing is dirty afterwards. If it fails, everything is as
   * dirty as it was.
   */
  void arm(Armer armer) throws NativeIoException {
    if (everythingWritable) {
      armer.arm(0, pageCount);
      everythingWritable = false;
    } else {
      int from = pages.nextSetBit(0);
      while (from >= 0) {
        int to = pages.nextClearBit(from);
        armer.arm(from, to - from);
        from = pages.nextSetBit(to);
      }
    }
    pages.clear();
    count.set(0);
  }

  /** Pages that were seen to be written. */
  int count() {
    return count.get();
  }
}

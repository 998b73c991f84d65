package dev.marey.snapshot.capture;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * For every guest page, the unfinished capture that still needs its content, if any.
 *
 * <p>A page has at most one: it becomes dirty only by being released, and it is released only once
 * it is saved. The protocol is <em>copy, then claim</em>: fault loop and saver may both copy a
 * pending page; whoever then changes its entry from the capture's number to zero owns the page, and
 * the other throws its copy away. Because a page is released only when its entry is zero, every
 * copy whose claim succeeds was made while the page was write-protected. So nobody waits for
 * anybody.
 *
 * <p>Threading: any.
 */
final class PendingPages {

  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(int[].class);

  private final int[] captureOf;

  PendingPages(int pageCount) {
    captureOf = new int[pageCount];
  }

  int pageCount() {
    return captureOf.length;
  }

  /** Number of the capture that needs {@code page}, or 0. */
  int capture(int page) {
    return (int) ELEMENT.getVolatile(captureOf, page);
  }

  boolean isPending(int page) {
    return capture(page) != 0;
  }

  /**
   * While the machine stands still and before the pages are armed. Plain writes, because this is
   * part of the pause: the saver sees them since it is handed the capture afterwards.
   */
  void expect(int[] pages, int capture) {
    for (int page : pages) {
      captureOf[page] = capture;
    }
    VarHandle.fullFence();
  }

  /** True if the caller's copy, made before this call, is the one that counts. */
  boolean claim(int page, int capture) {
    return ELEMENT.compareAndSet(captureOf, page, capture, 0);
  }
}

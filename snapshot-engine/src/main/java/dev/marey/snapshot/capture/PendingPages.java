package dev.marey.snapshot.capture;

import dev.marey.snapshot.store.PageMap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The unfinished captures and, for every guest page, the one that still needs its content, if any.
 *
 * <p>A page has at most one: it becomes dirty only by being released, and it is released only once
 * it is saved. The protocol is <em>copy, then claim</em>: fault loop and saver may both copy a
 * pending page; whoever then changes its entry from the capture's number to zero owns the page, and
 * the other throws its copy away. Because a page is released only when its entry is zero, every
 * copy whose claim succeeds was made while the page was write-protected. So nobody waits for
 * anybody.
 *
 * <p>Threading: {@link #capture} and {@link #claim} any, the rest the fault loop.
 */
final class PendingPages {

  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(int[].class);

  private final int[] captureOf;
  private Capture[] captures = new Capture[0];
  private int nextNumber = 1;

  PendingPages(int pageCount) {
    captureOf = new int[pageCount];
  }

  /** Number of the capture that needs {@code page}, or 0. */
  int capture(int page) {
    return (int) ELEMENT.getVolatile(captureOf, page);
  }

  /** True if the caller's copy, made before this call, is the one that counts. */
  boolean claim(int page, int capture) {
    return ELEMENT.compareAndSet(captureOf, page, capture, 0);
  }

  /**
   * Makes {@code pages} pending for a new capture: while the machine stands still and before they
   * are armed. Plain writes, because this is part of the pause: the saver sees them since it is
   * handed the capture afterwards.
   */
  Capture begin(int[] pages, CompletableFuture<PageMap> parentMap) {
    Capture capture = new Capture(nextNumber++, pages, parentMap);
    captures =
        Stream.concat(Arrays.stream(captures).filter(c -> !c.map().isDone()), Stream.of(capture))
            .toArray(Capture[]::new);
    for (int page : pages) {
      captureOf[page] = capture.number();
    }
    VarHandle.fullFence();
    return capture;
  }

  /** Nobody needs this capture's pages any more. */
  void giveUp(Capture capture) {
    for (int page : capture.pages()) {
      claim(page, capture.number());
    }
    captures = Arrays.stream(captures).filter(c -> c != capture).toArray(Capture[]::new);
  }

  /** Captures whose page map is not there yet, the oldest first. */
  List<Capture> unfinished() {
    return Arrays.stream(captures).filter(capture -> !capture.map().isDone()).toList();
  }

  /** The unfinished capture of that number. */
  @Nullable Capture find(int number) {
    for (Capture capture : captures) {
      if (capture.number() == number) {
        return capture;
      }
    }
    return null;
  }
}

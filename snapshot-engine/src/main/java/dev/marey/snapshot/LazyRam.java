package dev.marey.snapshot;

import dev.marey.machine.GuestRam;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.revert.AbsentPages;
import dev.marey.snapshot.revert.EagerLoader;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.NativeIoException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * RAM of a machine of which some pages may still be in the page store alone: reads each from where
 * it is, and loads them ahead of a touch.
 *
 * <p>Threading: {@link #read} and the counters any, the rest one thread at a time.
 */
final class LazyRam implements AutoCloseable {

  private final PresentPages ram;
  private final PageStore store;
  private final Loaders loaders;
  private final AbsentPages absent;
  private volatile @Nullable EagerLoader loader;
  private boolean loading;

  /** Reads a page from where QEMU has it; see {@link GuestRam#read}. */
  @FunctionalInterface
  interface PresentPages {
    void read(PageNumber page, ByteBuffer into);
  }

  /** Makes a loader of the pages that are absent. */
  @FunctionalInterface
  interface Loaders {
    EagerLoader make(AbsentPages absent) throws NativeIoException;
  }

  LazyRam(int pageCount, PresentPages ram, PageStore store, Loaders loaders) {
    this.ram = ram;
    this.store = store;
    this.loaders = loaders;
    this.absent = new AbsentPages(pageCount);
  }

  AbsentPages absent() {
    return absent;
  }

  /**
   * Content of a page; what is not loaded yet comes from the page store.
   *
   * @param into gets 4,096 bytes at its position, which does not move
   */
  void read(PageNumber page, ByteBuffer into) throws SnapshotException {
    int start = into.position();
    int ref = absent.refOf(page.index());
    if (ref == PageMap.ZERO_PAGE) {
      try {
        ram.read(page, into);
      } catch (IllegalStateException e) {
        throw new SnapshotException(
            "Guest memory could not be read: this guest has ended, or another QEMU has just taken"
                + " over. Read again.",
            e);
      }
      // Becomes absent before it becomes a hole: what was read may be a hole's zeroes.
      ref = absent.refOf(page.index());
    }
    into.position(start);
    if (ref != PageMap.ZERO_PAGE) {
      store.read(ref, into);
    }
  }

  /** Starts loading absent pages ahead of a touch; does nothing if there are none. */
  void startLoading() throws SnapshotException {
    stopLoading();
    loading = true;
    loader = null;
    if (absent.count() > 0) {
      try {
        EagerLoader started = loaders.make(absent);
        loader = started;
        started.start();
      } catch (NativeIoException e) {
        throw new SnapshotException("Loading pages ahead could not start: " + e.getMessage(), e);
      }
    }
  }

  /** Goes on loading if that was stopped for a revert that then was not made. */
  void keepLoading() throws SnapshotException {
    if (!loading) {
      startLoading();
    }
  }

  /**
   * What is absent stays so; the count of what was loaded ahead stays too.
   *
   * @throws SnapshotException if it can't be stopped: what is absent must not change then
   */
  void stopLoading() throws SnapshotException {
    EagerLoader running = loader;
    if (running != null && !running.end()) {
      throw new SnapshotException(
          "The disk of the session has not answered for a minute, and memory of an earlier revert is"
              + " still being loaded from it. Check the disk.");
    }
    loading = false;
  }

  /** Pages loaded ahead of a touch since loading was last started. */
  int loadedAhead() {
    EagerLoader last = loader;
    return last == null ? 0 : last.loadedCount();
  }

  @Override
  public void close() {
    EagerLoader running = loader;
    if (running != null) {
      running.close();
    }
    loading = false;
  }
}

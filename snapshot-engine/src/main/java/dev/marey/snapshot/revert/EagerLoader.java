package dev.marey.snapshot.revert;

import dev.marey.machine.PageNumber;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.NativeMemory;
import dev.marey.uffd.Userfaultfd;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the pages that a revert left absent, in ascending order, while the guest runs and the fault
 * loop serves what the guest touches. Every page is filled write-protected, so it stays clean.
 *
 * <p>Only one of loader and fault loop fills a page: the kernel refuses the second copy. Pages of
 * zeroes are never absent.
 *
 * <p>Threading: {@link #run} is the loader thread, {@link #close} any.
 */
public final class EagerLoader implements Runnable, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EagerLoader.class);
  private static final int RUN_PAGES = 32;

  private final AbsentPages absent;
  private final PageStore store;
  private final Userfaultfd uffd;
  private final long ramHostAddress;
  private final AtomicInteger loaded = new AtomicInteger();
  private final NativeMemory buffer;
  private final Thread thread = new Thread(this, "marey-loader");
  private volatile boolean closed;

  /**
   * @param ramHostAddress where the RAM block starts in QEMU's address space
   */
  public EagerLoader(AbsentPages absent, PageStore store, Userfaultfd uffd, long ramHostAddress)
      throws NativeIoException {
    this.buffer = NativeMemory.allocate(RUN_PAGES * PageNumber.PAGE_BYTES);
    this.absent = absent;
    this.store = store;
    this.uffd = uffd;
    this.ramHostAddress = ramHostAddress;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  @Override
  public void run() {
    try {
      int page = absent.next(0);
      while (page < absent.pageCount() && !closed) {
        int count = 1;
        while (count < RUN_PAGES
            && page + count < absent.pageCount()
            && absent.contains(page + count)) {
          count++;
        }
        load(page, count);
        page = absent.next(page + count);
      }
    } catch (Exception e) {
      if (e instanceof NativeIoException gone && gone.isProcessGone()) {
        LOG.debug("loading ahead ends with its machine: {}", e.getMessage());
        return;
      }
      // The pages stay absent; the fault loop meets the same failure when the guest needs one.
      LOG.warn("loading ahead stopped: {}", e.getMessage(), e);
    } finally {
      buffer.close();
    }
  }

  private void load(int page, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      store.read(absent.refOf(page + i), buffer.address() + (long) i * PageNumber.PAGE_BYTES);
    }
    long address = ramHostAddress + (long) page * PageNumber.PAGE_BYTES;
    uffd.copy(address, buffer.address(), (long) count * PageNumber.PAGE_BYTES, true);
    for (int i = 0; i < count; i++) {
      if (absent.remove(page + i)) {
        loaded.incrementAndGet();
      }
    }
  }

  /** Pages filled by this loader so far. */
  public int loadedCount() {
    return loaded.get();
  }

  /** Ends the loader and waits for it; what it has not filled stays absent. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

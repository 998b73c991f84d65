package dev.marey.snapshot.revert;

import dev.marey.machine.PageNumber;
import dev.marey.snapshot.capture.BesideGuest;
import dev.marey.snapshot.capture.Pace;
import dev.marey.snapshot.capture.Patience;
import dev.marey.snapshot.store.PageDamagedException;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.NativeMemory;
import dev.marey.uffd.Userfaultfd;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
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
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final AbsentPages absent;
  private final PageStore store;
  private final Filler filler;
  private final Pace pace;
  private final Consumer<String> problems;
  private final AtomicInteger loaded = new AtomicInteger();
  private final NativeMemory buffer;
  private final Thread thread = new Thread(this, "marey-loader");
  private volatile boolean closed;

  private boolean toldDamage;

  /** Fills missing pages with what is at {@code source}, armed; where a page is, it stays. */
  @FunctionalInterface
  interface Filler {
    void fill(int firstPage, int pageCount, long source) throws NativeIoException;
  }

  /**
   * @param ramHostAddress where the RAM block starts in QEMU's address space
   * @param pace before each run of pages
   * @param problems told once that pages are damaged, and why loading stopped
   */
  public EagerLoader(
      AbsentPages absent,
      PageStore store,
      Userfaultfd uffd,
      long ramHostAddress,
      Pace pace,
      Consumer<String> problems)
      throws NativeIoException {
    this(
        absent,
        store,
        (firstPage, pageCount, source) -> {
          long address = ramHostAddress + (long) firstPage * PageNumber.PAGE_BYTES;
          long unused = uffd.copy(address, source, (long) pageCount * PageNumber.PAGE_BYTES, true);
        },
        pace,
        problems);
  }

  EagerLoader(
      AbsentPages absent, PageStore store, Filler filler, Pace pace, Consumer<String> problems)
      throws NativeIoException {
    this.buffer = NativeMemory.allocate(RUN_PAGES * PageNumber.PAGE_BYTES);
    this.absent = absent;
    this.store = store;
    this.filler = filler;
    this.pace = pace;
    this.problems = problems;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  @Override
  public void run() {
    BesideGuest.yieldToGuest();
    try {
      int page = absent.next(0);
      while (page < absent.pageCount() && pace.awaitTurn(() -> closed) && !closed) {
        int count = 1;
        while (count < RUN_PAGES
            && page + count < absent.pageCount()
            && absent.contains(page + count)) {
          count++;
        }
        int read = read(page, count);
        fill(page, read);
        // The one that could not be read is stepped over.
        page = absent.next(page + (read < count ? read + 1 : count));
      }
    } catch (NativeIoException | RuntimeException e) {
      if (e instanceof NativeIoException gone && gone.isProcessGone()) {
        LOG.debug("loading ahead ends with its machine: {}", e.getMessage());
        return;
      }
      LOG.warn("loading ahead stopped", e);
      problems.accept(
          "Loading the guest's memory ahead has stopped: "
              + e.getMessage()
              + ". What the guest touches is still loaded.");
    } finally {
      buffer.close();
    }
  }

  /** Brings pages into the buffer up to the first that is damaged; says how many. */
  private int read(int page, int count) {
    for (int i = 0; i < count; i++) {
      try {
        store.read(absent.refOf(page + i), at(i));
      } catch (PageDamagedException e) {
        tellDamage(page + i, e);
        return i;
      }
    }
    return count;
  }

  private void tellDamage(int page, PageDamagedException e) {
    LOG.debug("page {} can't be loaded", page, e);
    if (!toldDamage) {
      toldDamage = true;
      problems.accept(
          "Some of the guest's memory can't be loaded: "
              + e.getMessage()
              + " The guest runs until it touches such a page. Go back to another node.");
    }
  }

  private void fill(int page, int count) throws NativeIoException {
    if (count == 0) {
      return;
    }
    try {
      filler.fill(page, count, at(0));
      noteFilled(page, count);
    } catch (NativeIoException e) {
      if (e.isProcessGone()) {
        throw e;
      }
      // Some of them may be there now. A page alone is either there or not.
      for (int i = 0; i < count; i++) {
        filler.fill(page + i, 1, at(i));
        noteFilled(page + i, 1);
      }
    }
  }

  private void noteFilled(int page, int count) {
    for (int i = 0; i < count; i++) {
      if (absent.noteFilled(page + i)) {
        loaded.incrementAndGet();
      }
    }
  }

  private long at(int index) {
    return buffer.address() + (long) index * PageNumber.PAGE_BYTES;
  }

  /** Pages filled by this loader so far. */
  public int loadedCount() {
    return loaded.get();
  }

  /** {@link #end}, whether it ends in time or not. */
  @Override
  public void close() {
    boolean unused = end();
  }

  /**
   * Ends the loader and waits for it; what it has not filled stays absent.
   *
   * @return false if it has not ended for a minute: it waits for the disk, and may fill a page yet
   */
  public boolean end() {
    closed = true;
    boolean ended = Patience.join(thread, PATIENCE);
    if (!ended) {
      LOG.error("loading ahead has not ended within {} s", PATIENCE.toSeconds());
    }
    return ended;
  }
}

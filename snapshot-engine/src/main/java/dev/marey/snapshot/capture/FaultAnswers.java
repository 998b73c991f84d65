package dev.marey.snapshot.capture;

import dev.marey.machine.GuestRam;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.FaultBatch;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.NativeMemory;
import dev.marey.uffd.Userfaultfd;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What each page fault gets.
 *
 * <ul>
 *   <li>Write to an armed page: its content is copied if an unfinished capture needs it, it becomes
 *       dirty, then it is released, and with it neighbours that nobody has to save first if the
 *       guest writes in sequence.
 *   <li>Touch of a missing page: it is filled from the page store, armed for a read; for a write it
 *       becomes dirty and is filled writable.
 *   <li>Write to a watched page outside guest RAM: see {@link WatchedRam}.
 * </ul>
 *
 * <p>Threading: in a turn of the fault loop; {@link #servedCount} any. Allocates nothing per fault.
 */
final class FaultAnswers implements AutoCloseable {

  private static final int BATCH = 64;

  private final Userfaultfd uffd;
  private final GuestRam ram;
  private final long ramHostAddress;
  private final PageStore store;
  private final MissingPages missing;
  private final PendingPages pending;
  private final DirtyPages dirty;
  private final CaughtPages caught;
  private final WatchedRam watched;
  private final WriteWindow window = new WriteWindow();
  private final int largestWindow;
  private final OwnedParts memory = new OwnedParts();
  private final FaultBatch batch;
  private final NativeMemory page;
  private boolean held;
  private final AtomicInteger servedCount = new AtomicInteger();

  /**
   * @param ramHostAddress where the RAM block starts in QEMU's address space
   * @param largestWindow how many pages a write may release at most, 1 for none but its own
   */
  FaultAnswers(
      Userfaultfd uffd,
      GuestRam ram,
      long ramHostAddress,
      PageStore store,
      MissingPages missing,
      Epoch epoch,
      WatchedRam watched,
      int largestWindow)
      throws NativeIoException {
    this.uffd = uffd;
    this.ram = ram;
    this.ramHostAddress = ramHostAddress;
    this.store = store;
    this.missing = missing;
    this.pending = epoch.pending();
    this.dirty = epoch.dirty();
    this.caught = epoch.caught();
    this.watched = watched;
    this.largestWindow = largestWindow;
    boolean done = false;
    try {
      this.batch = memory.own(FaultBatch.allocate(BATCH));
      this.page = memory.own(NativeMemory.allocate(PageNumber.PAGE_BYTES));
      done = true;
    } finally {
      if (!done) {
        memory.close();
      }
    }
  }

  /** What the faults of one machine and its captures have in common. */
  record Epoch(PendingPages pending, DirtyPages dirty, CaughtPages caught) {}

  /** Answers all faults that have come so far. */
  void giveAll() throws Exception {
    while (uffd.read(batch) > 0) {
      for (int i = 0; i < batch.count(); i++) {
        long offset = batch.address(i) - ramHostAddress;
        if (offset < 0 || offset >= ram.lengthBytes()) {
          watched.release(batch.address(i));
          continue;
        }
        int at = (int) (offset / PageNumber.PAGE_BYTES);
        if (batch.writeProtect(i)) {
          release(at);
        } else {
          fill(at, batch.write(i));
        }
      }
    }
  }

  /** Whether pages are held that were evacuated without a copy, and not dropped yet. */
  void hold(boolean now) {
    held = now;
  }

  /** What is held may be written from now on. */
  void copyHeld() throws NativeIoException {
    if (held) {
      for (Capture capture : pending.unfinished()) {
        capture.evacuated().copyHeld();
      }
      held = false;
    }
  }

  private void release(int at) throws Exception {
    // The guest should stand still, but a debugger may have let it run, or writes itself.
    copyHeld();
    save(at);
    dirty.add(at);
    int size = Math.min(window.open(at), largestWindow);
    int step = window.downwards() ? -1 : 1;
    int count = 1;
    while (count < size && isFree(at + step * count)) {
      dirty.add(at + step * count);
      count++;
    }
    int first = Math.min(at, at + step * (count - 1));
    window.close(first, count);
    uffd.writeUnprotect(hostAddress(first), (long) count * PageNumber.PAGE_BYTES);
  }

  /** Whether a page may become writable without more ado: armed, saved, and not to be loaded. */
  private boolean isFree(int at) {
    return at >= 0
        && at < ram.pageCount()
        && pending.capture(at) == 0
        && !dirty.isWritable(at)
        && !missing.contains(at);
  }

  /** Returns only if nobody needs the page's content any more. */
  private void save(int at) {
    int number = pending.capture(at);
    if (number == 0) {
      return;
    }
    int slot = caught.take();
    if (slot < 0) {
      throw new IllegalStateException("page " + at + " can't be saved before it is written");
    }
    ram.readInto(at, 1, caught.address(slot));
    Capture capture = pending.find(number);
    if (capture != null && pending.claim(at, number)) {
      capture.countCaught();
      caught.hand(slot, at, capture);
    } else {
      caught.putBack(slot);
    }
  }

  private void fill(int at, boolean write) throws Exception {
    int ref = missing.refOf(at);
    store.read(ref, page.address());
    if (write) {
      if (ref == PageMap.ZERO_PAGE) {
        // A hole by right, which a window may have made dirty before.
        save(at);
      }
      dirty.add(at);
    }
    uffd.copy(hostAddress(at), page.address(), PageNumber.PAGE_BYTES, !write);
    if (missing.noteFilled(at)) {
      servedCount.incrementAndGet();
    }
  }

  /** In QEMU's address space. */
  long hostAddress(int at) {
    return ramHostAddress + (long) at * PageNumber.PAGE_BYTES;
  }

  /** Absent pages filled because the guest touched them. */
  int servedCount() {
    return servedCount.get();
  }

  @Override
  public void close() {
    memory.close();
  }
}

package dev.marey.snapshot.capture;

import dev.marey.machine.PageNumber;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.NativeMemory;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies of pages that the fault loop made just before the guest wrote to them, on their way to the
 * saver. A fixed number of slots bounds the memory; when all are full the fault loop waits for the
 * saver, which slows the guest and loses nothing.
 *
 * <p>Threading: slots are taken and filled by the fault loop, emptied by the saver (lock: this).
 * The lock is held for moving numbers only, never while memory is copied.
 */
final class CaughtPages implements AutoCloseable {

  private final NativeMemory memory;
  private final int[] pages;
  private final @Nullable Capture[] captures;
  private final int[] free;
  private final int[] filled;
  private int freeCount;
  private int filledHead;
  private int filledCount;
  private boolean givenUp;

  CaughtPages(int slotCount) throws NativeIoException {
    memory = NativeMemory.allocate(slotCount * PageNumber.PAGE_BYTES);
    pages = new int[slotCount];
    captures = new Capture[slotCount];
    free = new int[slotCount];
    filled = new int[slotCount];
    freeCount = slotCount;
    for (int slot = 0; slot < slotCount; slot++) {
      free[slot] = slot;
    }
  }

  /**
   * Takes a slot, waiting for one if all are full. A negative number means that there will never be
   * one: the page can't be saved and must not be released.
   */
  synchronized int take() throws InterruptedException {
    while (freeCount == 0 && !givenUp) {
      wait();
    }
    return freeCount == 0 ? -1 : free[--freeCount];
  }

  /** Where a slot's 4096 bytes are in our address space. */
  long address(int slot) {
    return memory.address() + (long) slot * PageNumber.PAGE_BYTES;
  }

  /** Hands a filled slot to the saver. */
  synchronized void hand(int slot, int page, Capture capture) {
    pages[slot] = page;
    captures[slot] = capture;
    filled[(filledHead + filledCount++) % filled.length] = slot;
    notifyAll();
  }

  /** Gives a slot back unused, or after its page has been stored. */
  synchronized void release(int slot) {
    free[freeCount++] = slot;
    notifyAll();
  }

  synchronized boolean hasFilled() {
    return filledCount > 0;
  }

  /**
   * Takes the oldest filled slot, or a negative number if there is none. The caller releases it.
   */
  synchronized int takeFilled() {
    if (filledCount == 0) {
      return -1;
    }
    int slot = filled[filledHead];
    filledHead = (filledHead + 1) % filled.length;
    filledCount--;
    return slot;
  }

  /**
   * Waits a moment for a slot that the fault loop has claimed a page for and is about to hand over.
   */
  @SuppressWarnings(
      "WaitNotInLoop") // the saver's own loop looks again; a spurious wake-up is as good
  synchronized void awaitFilled() throws InterruptedException {
    if (filledCount == 0) {
      wait(1);
    }
  }

  synchronized int page(int slot) {
    return pages[slot];
  }

  synchronized Capture capture(int slot) {
    return Objects.requireNonNull(captures[slot]);
  }

  /** Nobody waits for a slot any more, because nobody may empty them any more. */
  synchronized void giveUpWaiting() {
    givenUp = true;
    notifyAll();
  }

  /** Frees the memory, once fault loop and saver have ended. */
  @Override
  public void close() {
    memory.close();
  }
}

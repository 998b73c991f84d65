package dev.marey.snapshot.capture;

import dev.marey.machine.PageNumber;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.NativeMemory;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Copies of pages that the fault loop made just before the guest wrote to them, on their way to the
 * saver. A fixed number of slots bounds the memory. When few are left the {@link Brake} is pressed;
 * should they run out all the same, the fault loop waits for the saver, which slows the guest and
 * loses nothing.
 *
 * <p>Threading: the fault loop takes, fills and hands slots over; the saver empties them; {@link
 * #isRelieved} and {@link #giveUpWaiting} any.
 */
final class CaughtPages implements AutoCloseable {

  private static final long WAIT_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private final NativeMemory memory;
  private final int[] pages;
  private final @Nullable Capture[] captures;
  private final int slotCount;
  private final SlotRing free;
  private final SlotRing filled;
  private final Runnable crowded;
  private boolean pressed;

  /** A slot that the fault loop has taken and not needed. */
  private int spare = -1;

  private volatile boolean givenUp;

  /**
   * @param crowded called on the fault loop when only a quarter of the slots is left, once until
   *     {@link #isRelieved}; must return at once
   */
  CaughtPages(int slotCount, Runnable crowded) throws NativeIoException {
    this.memory = NativeMemory.allocate(slotCount * PageNumber.PAGE_BYTES);
    this.crowded = crowded;
    this.slotCount = slotCount;
    this.pages = new int[slotCount];
    this.captures = new Capture[slotCount];
    this.free = new SlotRing(slotCount);
    this.filled = new SlotRing(slotCount);
    for (int slot = 0; slot < slotCount; slot++) {
      free.put(slot);
    }
  }

  /**
   * Takes a slot, waiting for one if all are full. A negative number means that there will never be
   * one: the page can't be saved and must not be released.
   */
  int take() {
    if (spare >= 0) {
      int slot = spare;
      spare = -1;
      return slot;
    }
    watchLevel();
    int slot = free.poll();
    return slot < 0 ? await() : slot;
  }

  /** An interruption is put off: a page that was touched must be answered for. */
  private int await() {
    boolean interrupted = false;
    int slot = free.poll();
    while (slot < 0 && !givenUp) {
      interrupted |= Thread.interrupted();
      LockSupport.parkNanos(this, WAIT_NANOS);
      slot = free.poll();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return slot;
  }

  private void watchLevel() {
    int left = free.size();
    if (!pressed && left <= slotCount / 4) {
      pressed = true;
      crowded.run();
    } else if (pressed && left > slotCount / 2) {
      pressed = false;
    }
  }

  /** Whether at least half of the slots is free. */
  boolean isRelieved() {
    return givenUp || free.size() > slotCount / 2;
  }

  /** Where a slot's 4096 bytes are in our address space. */
  long address(int slot) {
    return memory.address() + (long) slot * PageNumber.PAGE_BYTES;
  }

  /** Hands a filled slot to the saver. */
  void hand(int slot, int page, Capture capture) {
    pages[slot] = page;
    captures[slot] = capture;
    filled.put(slot);
  }

  /** The fault loop does not need the slot it took. */
  void putBack(int slot) {
    spare = slot;
  }

  /** The saver has stored the slot's page. */
  void release(int slot) {
    captures[slot] = null;
    free.put(slot);
  }

  boolean hasFilled() {
    return filled.size() > 0;
  }

  /**
   * Takes the oldest filled slot, or a negative number if there is none. The caller releases it.
   */
  int takeFilled() {
    return filled.poll();
  }

  /**
   * Waits a moment for a slot that the fault loop has claimed a page for and is about to hand over.
   */
  void awaitFilled() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while waiting for a page to be handed over");
    }
    if (!hasFilled()) {
      LockSupport.parkNanos(this, WAIT_NANOS);
    }
  }

  int page(int slot) {
    return pages[slot];
  }

  Capture capture(int slot) {
    return Objects.requireNonNull(captures[slot]);
  }

  /** Nobody waits for a slot any more, because nobody may empty them any more. */
  void giveUpWaiting() {
    givenUp = true;
  }

  /** Frees the memory, once fault loop and saver have ended. */
  @Override
  public void close() {
    memory.close();
  }
}

package dev.marey.snapshot.capture;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Slot numbers on their way from one thread to another, first in, first out, without a lock.
 *
 * <p>Threading: {@link #put} one thread, {@link #poll} one other, {@link #size} any.
 */
final class SlotRing {

  private final int[] slots;
  private final int mask;

  /** Counts what was taken and put so far; may wrap around. */
  private final AtomicInteger taken = new AtomicInteger();

  private final AtomicInteger put = new AtomicInteger();

  /** Has room for that many. */
  SlotRing(int capacity) {
    int size = Integer.highestOneBit(Math.max(1, 2 * capacity - 1));
    this.slots = new int[size];
    this.mask = size - 1;
  }

  /** There must be room: no more slots are under way than there are. */
  void put(int slot) {
    int at = put.getPlain();
    slots[at & mask] = slot;
    put.setRelease(at + 1);
  }

  /** The oldest, or a negative number if there is none. */
  int poll() {
    int at = taken.getPlain();
    if (at == put.getAcquire()) {
      return -1;
    }
    int slot = slots[at & mask];
    taken.setRelease(at + 1);
    return slot;
  }

  int size() {
    return put.getAcquire() - taken.getAcquire();
  }
}
